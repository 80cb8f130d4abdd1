// What a browser shows of some pages, in every way they are looked at: JSON in, JSON out.
import {readFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {text} from 'node:stream/consumers'
import {chromium} from 'playwright-core'

const given = JSON.parse(await text(process.stdin))
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const PATIENCE_MS = 120_000 // of a machine that does much else meanwhile
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const WAYS = [
  {way: 'wide', width: 1280, script: true, colorScheme: 'light'},
  {way: 'narrow', width: 320, script: true, colorScheme: 'light'},
  {way: 'dark', width: 1280, script: true, colorScheme: 'dark'},
  {way: 'no script', width: 320, script: false, colorScheme: 'light'},
]

const context = await chromium.launchPersistentContext(given.profile, {
  executablePath: given.browser,
  headless: true,
  args: [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
  ],
})
const browser = context.browser()

/** Everything that a page asks for, complains of, or is refused. */
async function listen(page) {
  const heard = {requests: [], messages: [], refused: [], cookies: 0}
  page.on('request', (request) => heard.requests.push(request.url()))
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) heard.messages.push(message.text())
  })
  page.on('pageerror', (error) => heard.messages.push(String(error)))
  const session = await page.context().newCDPSession(page)
  session.on('Audits.issueAdded', ({issue}) => {
    if (issue.code === 'ContentSecurityPolicyIssue') heard.refused.push(issue.details)
  })
  await session.send('Audits.enable')
  return {heard, session}
}

/** The findings of axe, evaluated by the debugger: the page's own policy lets no script in. */
async function judged(session) {
  await session.send('Runtime.evaluate', {expression: axe})
  const {result, exceptionDetails} = await session.send('Runtime.evaluate', {
    expression: `axe.run({runOnly: ${JSON.stringify(RULES)}}).then((found) => JSON.stringify({
      passes: found.passes.length,
      incomplete: found.incomplete.map((rule) => rule.id),
      violations: found.violations.map((rule) => ({
        rule: rule.id, help: rule.help,
        nodes: rule.nodes.slice(0, 5).map((node) => [node.html.slice(0, 200), node.failureSummary]),
      })),
    }))`,
    awaitPromise: true,
    returnByValue: true,
  })
  if (exceptionDetails) throw new Error(exceptionDetails.exception.description)
  return JSON.parse(result.value)
}

/** What a person who only presses Tab meets first. */
async function tabbed(page) {
  await page.keyboard.press('Tab')
  return page.evaluate(() => {
    const place = document.activeElement
    const box = place.getBoundingClientRect()
    return {name: place.textContent.trim(), href: place.getAttribute('href'), shown: box.left >= 0}
  })
}

/** The smallest letters in print, points, and the inks that are neither black nor white. */
async function inked(page) {
  await page.emulateMedia({media: 'print'})
  const found = await page.evaluate(() => {
    const shown = [...document.body.querySelectorAll('*')].filter((one) => one.checkVisibility()
      && [...one.childNodes].some((part) => part.nodeType === 3 && part.textContent.trim()))
    const styles = shown.map((one) => getComputedStyle(one))
    const inks = styles.flatMap((one) => [one.color, one.backgroundColor, one.borderTopColor])
    const plain = ['rgb(0, 0, 0)', 'rgb(255, 255, 255)', 'rgba(0, 0, 0, 0)']
    return {
      smallest: Math.min(...styles.map((one) => parseFloat(one.fontSize) * 0.75)),
      inks: [...new Set(inks)].filter((ink) => !plain.includes(ink)),
    }
  })
  await page.emulateMedia({media: null})
  return found
}

async function printed(page) {
  const paper = await inked(page)
  const pdf = await page.pdf({format: 'A4', tagged: true})
  const words = pdf.toString('latin1')
  return {
    begins: words.slice(0, 5),
    tagged: words.includes('/StructTreeRoot'),
    pages: (words.match(/\/Type\s*\/Page\b(?!s)/g) ?? []).length,
    boxes: [...new Set(words.match(/\/MediaBox\s*\[[^\]]*\]/g) ?? [])],
    bytes: pdf.length,
    ...paper,
  }
}

async function looked(url, {way, width, script, colorScheme}) {
  const seen = await browser.newContext({
    viewport: {width, height: 800}, javaScriptEnabled: script, colorScheme, locale: 'fr-FR',
  })
  seen.setDefaultTimeout(PATIENCE_MS)
  try {
    const page = await seen.newPage()
    const {heard, session} = await listen(page)
    await page.goto(url, {waitUntil: 'networkidle'})
    const found = await page.evaluate(() => ({
      lang: document.documentElement.lang,
      title: document.title,
      h1: [...document.querySelectorAll('h1')].map((one) => one.textContent.trim()),
      width: innerWidth,
      needs: document.documentElement.scrollWidth,
      hidden: [...document.querySelectorAll('.wide')].filter((one) => one.tabIndex !== 0).length,
      cut: [...document.querySelectorAll('svg text')].filter((one) => {
        const [words, drawing] = [one, one.ownerSVGElement].map((it) => it.getBoundingClientRect())
        return words.width > 0 && (words.left < drawing.left - 1 || words.right > drawing.right + 1
          || words.top < drawing.top - 1 || words.bottom > drawing.bottom + 1)
      }).map((one) => one.textContent),
    }))
    found.text = await page.locator('body').innerText()
    found.axe = script ? await judged(session) : null
    found.tab = script ? await tabbed(page) : null
    found.print = way === 'wide' ? await printed(page) : null
    if (given.pictures) await page.screenshot({path: `${given.pictures}/${way}.png`})
    return {...found, ...heard, cookies: (await seen.cookies()).length}
  } finally {
    await seen.close()
  }
}

const answers = {}
for (const way of WAYS) answers[way.way] = await looked(given.url, way)
await context.close()
process.stdout.write(JSON.stringify(answers))
