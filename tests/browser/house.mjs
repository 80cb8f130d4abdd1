// The pages of a running house in one real browser: every way of looking at each; JSON in and out.
import {createHash} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {text} from 'node:stream/consumers'
import {chromium} from 'playwright-core'

const given = JSON.parse(await text(process.stdin))
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const FOCUSABLE = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]'

const browser = await chromium.launch({
  executablePath: given.browser,
  headless: true,
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
  ],
})

/** A context, logged in with *cookies*, that counts what its pages ask for and complain of. */
async function opened({width, script, cookies, colorScheme = 'light'}) {
  const context = await browser.newContext({
    viewport: {width, height: 800}, javaScriptEnabled: script, colorScheme, locale: 'fr-FR',
    timezoneId: 'Europe/Paris',
  })
  if (cookies) await context.addCookies(cookies)
  const page = await context.newPage()
  const heard = {requests: [], messages: [], refused: []}
  page.on('request', (request) => heard.requests.push(request.url()))
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) heard.messages.push(message.text())
  })
  page.on('pageerror', (error) => heard.messages.push(String(error)))
  const session = await context.newCDPSession(page)
  session.on('Audits.issueAdded', ({issue}) => {
    if (issue.code === 'ContentSecurityPolicyIssue') heard.refused.push(issue.details)
  })
  await session.send('Audits.enable')
  return {context, page, session, heard, cookies}
}

/** The cookies of somebody who opens a link and presses its button. */
async function entered(link) {
  const {context, page} = await opened({width: 1280, script: false})
  await page.goto(link)
  await page.locator('main form button').first().click()
  const cookies = await context.cookies()
  await context.close()
  return cookies
}

/** The findings of axe; the page's own policy lets no script in, the debugger does. */
async function judged(session, rules) {
  await session.send('Runtime.evaluate', {expression: axe})
  const {result, exceptionDetails} = await session.send('Runtime.evaluate', {
    expression: `axe.run({runOnly: ${JSON.stringify(rules)}, resultTypes: ['violations', 'incomplete']}).then((found) => JSON.stringify({
      passes: found.passes.length,
      incomplete: found.incomplete.map((rule) => [rule.id, rule.nodes.length, rule.nodes[0].html.slice(0, 150)]),
      violations: found.violations.map((rule) => [rule.id, ...rule.nodes.slice(0, 3).map(
        (node) => [node.html.slice(0, 200), node.failureSummary])]),
    }))`,
    awaitPromise: true,
    returnByValue: true,
  })
  if (exceptionDetails) throw new Error(exceptionDetails.exception.description)
  return JSON.parse(result.value)
}

const seen = new Map()

/**
 * As `judged`, once for each content and width: forms have another token each time.
 *
 * axe needs scripts: what a page is without them is drawn again, as it is, where they run.
 */
async function judgedOnce(place, width, script) {
  const whole = await place.page.content()
  const told = script ? whole
    : whole.replace(/<\/?noscript>/g, '').replace(/<script[^>]*><\/script>/g, '')
  const bare = told.replace(/name="_csrf" value="[^"]*"/g, '').replace(/\?v=\w+/g, '')
  const key = createHash('sha256').update(`${width} ${bare}`).digest('hex')
  if (!seen.has(key)) {
    if (script) seen.set(key, await judged(place.session, RULES))
    else {
      place.mirror ??= await opened({width, script: true, cookies: place.cookies})
      const {page, session} = place.mirror
      const body = {body: told, contentType: 'text/html; charset=utf-8'}
      await page.unrouteAll()
      await page.route('**/*', (route) => (
        route.request().isNavigationRequest() ? route.fulfill(body) : route.continue()))
      await page.goto(place.page.url(), {waitUntil: 'load'})
      seen.set(key, await judged(session, RULES))
    }
  }
  return seen.get(key)
}

/** What Tab meets, in its order, from the top of the page until it has met everything. */
async function tabbed(page) {
  const there = await page.evaluate((focusable) => {
    const radios = new Set()
    window.met = []
    const all = [...document.querySelectorAll(focusable)].filter((one) => {
      if (one.disabled || one.tabIndex < 0 || !one.checkVisibility({visibilityProperty: true})) return false
      if (one.type !== 'radio') return true
      const first = !radios.has(one.name)
      radios.add(one.name)
      return first
    })
    document.addEventListener('focusin', ({target}) => {
      const style = getComputedStyle(target)
      const box = target.getBoundingClientRect()
      window.met.push({
        target,
        name: target.textContent.trim().slice(0, 60) || target.id || target.name || target.tagName,
        lit: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0,
        shown: box.width > 0 && box.right > 0 && box.bottom > 0 && box.left < innerWidth,
      })
    })
    const stops = all.reduce((n, one) => n + (/^(date|time|month)/.test(one.type) ? 6 : 1), 0)
    return {n: all.length, stops}
  }, FOCUSABLE)
  for (let step = 0; step < Math.min(there.stops + 3, 400); step += 1) await page.keyboard.press('Tab')
  return page.evaluate((focusable) => {
    const met = new Set(window.met.map((one) => one.target))
    const names = new Set(window.met.filter((one) => one.target.type === 'radio').map((one) => one.target.name))
    const missed = [...document.querySelectorAll(focusable)].filter((one) => !met.has(one)
      && !one.disabled && one.tabIndex >= 0 && one.checkVisibility({visibilityProperty: true})
      && !(one.type === 'radio' && names.has(one.name)))
    const [first] = window.met
    return {
      first: first && [first.name, first.target.getAttribute('href'), first.shown],
      unlit: [...new Set(window.met.filter((one) => !one.lit).map((one) => one.name))],
      missed: missed.slice(0, 10).map((one) => one.outerHTML.slice(0, 150)),
    }
  }, FOCUSABLE)
}

async function printed(page) {
  const pdf = await page.pdf({tagged: true, format: 'A4'})
  const words = pdf.toString('latin1')
  return {tagged: words.includes('/StructTreeRoot'), pages: (words.match(/\/Type\s*\/Page\b(?!s)/g) ?? []).length}
}

/** One way of looking at one page. */
async function looked(place, spec, way) {
  const {page, session, heard} = place
  for (const list of Object.values(heard)) list.length = 0
  const address = new URL(spec.path, given.url)
  address.searchParams.set('lang', way.lang)
  const answer = await page.goto(address.href, {waitUntil: 'load'})
  if (way.script && spec.waits) await page.waitForTimeout(spec.waits)
  const found = await page.evaluate(() => ({
    at: location.pathname,
    lang: document.documentElement.lang,
    title: document.title,
    h1: [...document.querySelectorAll('h1')].map((one) => one.textContent.trim()),
    over: document.documentElement.scrollWidth - innerWidth,
    inline: document.querySelectorAll('[style], style, script:not([src])').length,
    regions: [...document.querySelectorAll('.table')].filter((one) => one.tabIndex !== 0).length,
  }))
  found.status = answer.status()
  found.axe = await judgedOnce(place, way.width, way.script)
  if (way.account && way.lang === 'fr') {
    if (given.pictures) {
      await page.screenshot({path: `${given.pictures}/${spec.name}-${way.width}.png`, fullPage: true})
    }
    if (way.script && way.width === 1280) {
      await page.emulateMedia({colorScheme: 'dark'})
      found.dark = await judged(session, ['color-contrast'])
      await page.emulateMedia({colorScheme: 'light'})
      found.print = await printed(page)
      await page.goto(address.href, {waitUntil: 'load'})
      found.tab = await tabbed(page)
    }
  }
  found.away = heard.requests.filter((url) => !url.startsWith(`${given.url}/`) && !url.startsWith('data:'))
  return {...found, messages: [...heard.messages], refused: [...heard.refused]}
}

/** Drop *file* on the page of deposits; the address where its story goes on. */
async function dropped(page, file) {
  await page.goto(`${given.url}/depot`)
  const buffer = Buffer.from(file.text)
  await page.locator('#fichier').setInputFiles({name: file.name, mimeType: 'text/csv', buffer})
  await page.locator('main form[enctype] button').click()
  await page.waitForURL(/\/depot\/.+/)
  for (let step = 0; step < 60 && file.done && page.url().includes('/drp_'); step += 1) {
    if (await page.locator('#nom').count()) {
      for (const answer of file.answers) await page.locator(`[value="${answer}"]`).check()
      await page.locator('main form button').first().click()
    } else await page.waitForTimeout(500)
    await page.goto(page.url())
  }
  return new URL(page.url()).pathname
}

const cookies = given.cookies ?? await entered(given.link)
const setup = await opened({width: 1280, script: false, cookies})
const specs = []
for (const spec of given.pages) {
  if (spec.drop) specs.push({...spec, path: await dropped(setup.page, spec.drop)})
  else if (spec.from) {
    const before = specs.find((one) => one.name === spec.from)
    await setup.page.goto(new URL(before ? before.path : spec.from, given.url).href)
    const links = setup.page.locator(spec.link)
    const path = await links.count() ? await links.first().getAttribute('href') : null
    specs.push({...spec, path})
  } else specs.push(spec)
}
await setup.context.close()

/**
 * Whether *spec* is looked at in this way. Usually in four of the eight, so that each two of
 * language, scripts and width meet; and without an account, where it is the way in, in two.
 */
function wanted(spec, {account, script, width, lang}) {
  if (given.only && !given.only.every((one) => [account && 'account', script && 'JS', lang, width].includes(one))) return false
  const odd = [script, width === 1280, lang === 'fr'].filter(Boolean).length % 2
  if (!given.every && !odd) return false
  return account || spec.public || lang === 'fr'
}

const views = []
for (const account of [true, false]) {
  for (const script of [true, false]) {
    for (const width of [1280, 320]) {
      const place = await opened({width, script, cookies: account ? cookies : null})
      for (const lang of ['fr', 'en']) {
        for (const spec of specs) {
          if (!spec.path) continue
          const way = {account, script, width, lang}
          if (!wanted(spec, way)) continue
          const name = `${spec.name}, ${account ? 'account' : 'none'}, ${lang}, ${script ? 'JS' : 'no JS'}, ${width}`
          if (given.verbose) process.stderr.write(`${Date.now() % 1000000} ${name}\n`)
          views.push({page: spec.name, public: Boolean(spec.public), way: name, ...way, ...await looked(place, spec, way)})
        }
      }
      await place.context.close()
      await place.mirror?.context.close()
    }
  }
}
await browser.close()
process.stdout.write(JSON.stringify({
  cookies: given.verbose ? cookies : [], views, judged: seen.size, absent: specs.filter((spec) => !spec.path).map((spec) => spec.name),
}))
