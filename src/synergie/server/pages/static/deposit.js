// Says how far the reading of a file is, and opens its report when it is done.
'use strict';
{
  const bar = document.getElementById('avance');
  const said = document.getElementById('part');
  const look = async () => {
    try {
      const answer = await fetch(bar.dataset.state, {headers: {Accept: 'application/json'}});
      if (!answer.ok) return location.reload();
      const {moving, percent} = await answer.json();
      if (!moving) return location.reload();
      said.textContent = said.textContent.replace(/\d+/, percent);
      bar.value = percent;
    } catch { /* the network is away: the next look may find it again */ }
    return setTimeout(look, 1500);
  };
  setTimeout(look, 1000);
}
