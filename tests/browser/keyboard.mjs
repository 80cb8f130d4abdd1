// What somebody meets who has no mouse: the order of Tab, what is lit, the skip link.
const FOCUSABLE = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]'

/** What Tab meets, in its order, from the top of the page until it begins again. */
export async function tabbed(page) {
  await page.evaluate(listening)
  let pressed = 0
  for (let most = 1; pressed < most; most = Math.min(await page.evaluate(counted, FOCUSABLE) + 3, 600)) {
    for (; pressed < most; pressed += 1) await page.keyboard.press('Tab')
  } // counted again: a map may have added its links meanwhile
  return page.evaluate(met, FOCUSABLE)
}

/** Whether Enter on the skip link leads past the menu, and Tab goes on from there. */
export async function skipped(page) {
  await page.locator('.skip').focus()
  await page.keyboard.press('Enter')
  const at = await page.evaluate(() => document.activeElement.id)
  await page.keyboard.press('Tab')
  const on = await page.evaluate(() => !document.activeElement.closest('header, .skip'))
  return at === 'contenu' && on
}

/** Evaluated in the page: note what gets the focus. */
function listening() {
  window.met = []
  document.addEventListener('focusin', ({target}) => {
    const style = getComputedStyle(target)
    const box = target.getBoundingClientRect()
    window.met.push({
      target,
      name: target.textContent.trim().slice(0, 60) || target.id || target.name || target.tagName,
      lit: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0,
      shown: box.width > 0 && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight,
    })
  })
}

/** Evaluated in the page: how often Tab has to be pressed. */
function counted(focusable) {
  const all = [...document.querySelectorAll(focusable)].filter((one) => (
    !one.disabled && one.tabIndex >= 0 && one.checkVisibility({visibilityProperty: true})))
  return all.reduce((n, one) => n + (/^(date|time|month)/.test(one.type) ? 6 : 1), 0)
}

/** Evaluated in the page: what was met, missed, met twice, out of order, unlit, out of sight. */
function met(focusable) {
  const [first] = window.met
  const end = window.met.findIndex((one, i) => i && one.target === first.target)
  const round = end < 0 ? window.met : window.met.slice(0, end)
  const targets = round.map((one) => one.target)
  const names = new Set(targets.filter((one) => one.type === 'radio').map((one) => one.name))
  const missed = [...document.querySelectorAll(focusable)].filter((one) => !targets.includes(one)
    && !one.disabled && one.tabIndex >= 0 && one.checkVisibility({visibilityProperty: true})
    && !(one.type === 'radio' && names.has(one.name)))
  const outer = targets.filter((one, i) => one !== targets[i - 1])
  const later = (one, i) => i && !(outer[i - 1].compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING)
  const told = (one) => one.outerHTML.slice(0, 150)
  return {
    first: first && [first.name, first.target.getAttribute('href'), first.shown],
    unlit: [...new Set(round.filter((one) => !one.lit).map((one) => one.name))],
    unseen: [...new Set(round.filter((one) => !one.shown).map((one) => one.name))],
    twice: outer.filter((one, i) => outer.indexOf(one) < i).slice(0, 10).map(told),
    disordered: outer.filter(later).slice(0, 10).map(told),
    missed: missed.slice(0, 10).map(told),
  }
}
