'use strict'
;(() => {
  const form = document.getElementById('form')
  const field = (name) => document.getElementById(name)
  const columns = form.dataset.columns.split(';')
  const letters = form.dataset.letters
  const status = field('status')
  const line = field('line')
  const ready = field('ready')

  const drawn = () => {
    const signs = 'abcdefghijkmnpqrstuvwxyz23456789'
    return [...crypto.getRandomValues(new Uint8Array(12))].map((one) => signs[one & 31]).join('')
  }

  const wrong = (box, text) => {
    box.setAttribute('aria-invalid', 'true')
    ready.hidden = true
    status.textContent = text
    box.focus()
    return true
  }

  const faulty = () => {
    const seen = new Set()
    for (const box of form.querySelectorAll('[aria-invalid]')) box.removeAttribute('aria-invalid')
    for (const letter of letters) {
      const rank = field('rang_' + letter)
      if (rank.value && seen.has(rank.value)) {
        return wrong(rank, form.dataset.twice.replace('{}', rank.value))
      }
      seen.add(rank.value)
      const points = field('points_' + letter)
      const given = Number(points.value)
      if (points.validity.badInput || given < 0 || given > 100 || !Number.isInteger(given)) {
        return wrong(points, form.dataset.beyond.replace('{}', letter))
      }
    }
    return false
  }

  const cell = (name) => {
    if (name === 'consultation') return form.dataset.consultation
    const box = field(name)
    const told = box ? box.value.replace(/\s+/g, ' ').trim() : ''
    return /^[=+\-@'＝＋－＠]/.test(told) ? "'" + told : told
  }

  const quoted = (told) => (/[;"]/.test(told) ? '"' + told.replaceAll('"', '""') + '"' : told)

  const text = () => columns.join(';') + '\r\n' + columns.map(cell).map(quoted).join(';') + '\r\n'

  const make = () => {
    if (faulty()) return
    if (!field('numero').value.trim()) field('numero').value = drawn()
    line.value = text()
    ready.hidden = false
    const blank = [...letters].every((one) => !field('rang_' + one).value)
    status.textContent = (blank ? form.dataset.nothing + ' ' : '') + form.dataset.made
    field('download').focus()
  }

  const download = () => {
    const file = new Blob(['\ufeff' + line.value], {type: 'text/csv;charset=utf-8'})
    const link = document.createElement('a')
    link.href = URL.createObjectURL(file)
    link.download = 'reponse-' + field('numero').value.replace(/[^0-9A-Za-z]+/g, '-') + '.csv'
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 10000)
  }

  const copied = () => {
    status.textContent = form.dataset.copied
  }

  const copy = () => {
    line.select()
    if (navigator.clipboard) navigator.clipboard.writeText(line.value).then(copied, () => {})
  }

  const again = () => {
    for (const box of form.querySelectorAll('input, select, textarea')) {
      box.value = ''
      box.removeAttribute('aria-invalid')
    }
    field('numero').value = drawn()
    ready.hidden = true
    status.textContent = ''
    field('rang_' + letters[0]).focus()
  }

  field('numero').value = drawn()
  field('scripted').hidden = false
  field('plain').hidden = true
  for (const [name, act] of Object.entries({make, download, copy, again})) {
    field(name).addEventListener('click', act)
  }
})()
