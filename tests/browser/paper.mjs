// A page on A4: whether all of it is on the sheets, and what is written there.
import {writeFileSync} from 'node:fs'

const INNER = 688
/** CSS pixels between the margins of `@page`: 182 mm. */

/** The page as a PDF, kept at *path*; what is beyond the sheet, and what is not printed. */
export async function printed(page, path) {
  const {width, height} = page.viewportSize()
  await page.emulateMedia({media: 'print'})
  await page.setViewportSize({width: INNER, height})
  const found = await page.evaluate(() => {
    const wide = document.documentElement.clientWidth
    const shown = [...document.body.querySelectorAll('*')].filter((one) => one.checkVisibility({visibilityProperty: true}))
    // outlines of communes go on beyond their map, which cuts them at its edge
    const isCut = (one) => one.matches('path.outline') && getComputedStyle(one.ownerSVGElement).overflow === 'hidden'
    const beyond = shown.filter((one) => {
      const box = one.getBoundingClientRect()
      return box.width > 0 && box.right > wide + 1 && !one.closest('svg svg, .leaflet-container') && !isCut(one)
    })
    const cut = shown.filter((one) => one.scrollWidth > one.clientWidth + 1
      && !['visible', 'clip'].includes(getComputedStyle(one).overflowX) && one.clientWidth > 0 && one.tagName !== 'SELECT')
    return {
      beyond: beyond.slice(-3).map((one) => one.outerHTML.slice(0, 120)),
      cut: cut.slice(0, 3).map((one) => one.outerHTML.slice(0, 120)),
      dated: [...document.querySelectorAll('.dated')].filter((one) => one.checkVisibility()).length,
      text: document.body.innerText,
    }
  })
  const pdf = await page.pdf({tagged: true, format: 'A4'})
  await page.emulateMedia({media: null})
  await page.setViewportSize({width, height})
  if (path) writeFileSync(path, pdf)
  const words = pdf.toString('latin1')
  return {
    ...found,
    tagged: words.includes('/StructTreeRoot'),
    pages: (words.match(/\/Type\s*\/Page\b(?!s)/g) ?? []).length,
  }
}
