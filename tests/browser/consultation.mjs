// Fills in a form of a consultation with the keyboard alone and takes the file that it makes.
import {readFileSync} from 'node:fs'
import {text} from 'node:stream/consumers'
import {chromium} from 'playwright-core'

const given = JSON.parse(await text(process.stdin))
const context = await chromium.launchPersistentContext(given.profile, {
  executablePath: given.browser,
  headless: true,
  acceptDownloads: true,
  viewport: {width: 320, height: 800},
  args: [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
  ],
})
const page = await context.newPage()
const heard = {requests: [], messages: []}
page.on('request', (request) => heard.requests.push(request.url()))
page.on('console', (message) => {
  if (['error', 'warning'].includes(message.type())) heard.messages.push(message.text())
})
page.on('pageerror', (error) => heard.messages.push(String(error)))
await page.goto(given.url, {waitUntil: 'networkidle'})

/** Where the keyboard is. */
const here = () => page.evaluate(() => document.activeElement.id)

/** Press Tab until the keyboard is at *id*: the way a person without a mouse goes. */
async function go(id) {
  for (let step = 0; step < 200; step += 1) {
    if (await here() === id) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`${id} is out of the keyboard's reach`)
}

const states = []
for (const {go: id, type, press, state} of given.steps) {
  if (id) await go(id)
  if (type) await page.keyboard.type(type)
  if (press === 'download') {
    const [file] = await Promise.all([
      page.waitForEvent('download'), page.keyboard.press('Enter'),
    ])
    heard.file = {name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8')}
  } else if (press) await page.keyboard.press(press)
  if (state) {
    states.push(await page.evaluate(() => ({
      status: document.getElementById('status').textContent,
      ready: !document.getElementById('ready').hidden,
      wrong: [...document.querySelectorAll('[aria-invalid]')].map((one) => one.id),
      focus: document.activeElement.id,
      number: document.getElementById('numero').value,
      needs: document.documentElement.scrollWidth - innerWidth,
    })))
  }
}
await context.close()
process.stdout.write(JSON.stringify({...heard, states}))
