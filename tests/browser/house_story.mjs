// From a late flow to green without scripts, by clicks or by keys alone, and back: JSON in and out.
import {text} from 'node:stream/consumers'
import {chromium} from 'playwright-core'

const given = JSON.parse(await text(process.stdin))
const browser = await chromium.launch({
  executablePath: given.browser,
  headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
})
const context = await browser.newContext({
  viewport: {width: 1280, height: 900}, javaScriptEnabled: false, locale: 'fr-FR',
})
context.setDefaultTimeout(120_000) // of a machine that does much else meanwhile
await context.addCookies(given.cookies ?? [])
const page = await context.newPage()
const steps = []
let gestures = 0

/** What the page says now; its picture is kept. */
async function told(name) {
  if (given.pictures) await page.screenshot({path: `${given.pictures}/${steps.length}-${name}.png`})
  const main = page.locator('main')
  steps.push({name, at: new URL(page.url()).pathname, text: await main.innerText()})
}

/** Press Tab until *locator* has the focus; no other way leads there. */
async function reached(locator) {
  const target = await locator.first().elementHandle()
  for (let n = 0; n < 150; n += 1) {
    await page.keyboard.press('Tab')
    if (await target.evaluate((one) => document.activeElement === one)) return
  }
  throw new Error(`Tab never reaches ${await target.evaluate((one) => one.outerHTML)}`)
}

/** Follow a link or press a button. */
async function act(locator) {
  gestures += 1
  if (given.keys) {
    await reached(locator)
    await Promise.all([page.waitForNavigation({waitUntil: 'load'}), page.keyboard.press('Enter')])
  } else {
    await locator.first().click()
    await page.waitForLoadState()
  }
}

/** Choose the file in the browser's own window, which the field opens. */
async function chosen(file) {
  const field = page.locator('#fichier')
  if (!given.keys) return field.setInputFiles(file)
  await reached(field)
  for (let tries = 1; ; tries += 1) { // on a busy machine Chromium may lose its window, not the key
    const chooser = page.waitForEvent('filechooser', {timeout: 15_000})
    const [opened] = await Promise.allSettled([chooser, page.keyboard.press('Space')])
    if (opened.status === 'fulfilled') return opened.value.setFiles(file)
    if (tries === 4) throw opened.reason
  }
}

if (given.link) {
  await page.goto(given.link)
  await act(page.locator('main form button'))
}
await page.goto(given.url)
await told('late')
await act(page.locator('main a[href*="/depot?flux="]'))
await told('awaited')
await chosen(given.file)
await act(page.getByRole('button', {name: 'Déposer', exact: true}))
for (let step = 0; step < 240 && page.url().includes('/drp_'); step += 1) {
  await page.waitForTimeout(500)
  await page.goto(page.url())
}
const report = page.url()
await told('report')
await act(page.getByRole('link', {name: 'Voir la fraîcheur'}))
await told('green')
const done = gestures
await page.goto(report)
await act(page.locator('main a[href$="/annuler"]'))
await act(page.locator('main form button'))
await page.goto(given.url)
await told('undone')
const cookies = await context.cookies()
await browser.close()
process.stdout.write(JSON.stringify({steps, gestures: done, cookies}))
