// From a late flow to green, by clicks alone and without scripts: JSON in, JSON out.
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
const page = await context.newPage()
const steps = []
let clicks = 0

/** What the page says now; its picture is kept. */
async function told(name) {
  if (given.pictures) await page.screenshot({path: `${given.pictures}/${steps.length}-${name}.png`})
  const main = page.locator('main')
  steps.push({name, at: new URL(page.url()).pathname, text: await main.innerText()})
}

async function click(locator) {
  clicks += 1
  await locator.first().click()
  await page.waitForLoadState()
}

await page.goto(given.link)
await click(page.locator('main form button'))
await page.goto(given.url)
await told('late')
await click(page.locator(`main a[href*="/depot?flux="]`))
await told('awaited')
await page.locator('#fichier').setInputFiles(given.file)
await click(page.getByRole('button', {name: 'Déposer', exact: true}))
for (let step = 0; step < 60 && page.url().includes('/drp_'); step += 1) {
  await page.waitForTimeout(500)
  await page.goto(page.url())
}
await told('report')
await click(page.getByRole('link', {name: 'Voir la fraîcheur'}))
await told('green')
await browser.close()
process.stdout.write(JSON.stringify({steps, clicks}))
