// The pages of a running house in one real browser: every way of looking at each; JSON in and out.
import {writeFileSync} from 'node:fs'
import {text} from 'node:stream/consumers'
import {chromium} from 'playwright-core'
import {judged, judgedOnce, n_judged} from './judged.mjs'
import {skipped, tabbed} from './keyboard.mjs'
import {printed} from './paper.mjs'

const given = JSON.parse(await text(process.stdin))
const LANES = 2
const PATIENCE_MS = 120_000 // of a machine that does much else meanwhile
const began = Date.now()

const browser = await chromium.launch({
  executablePath: given.browser,
  headless: true,
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
  ],
})

/** A context, logged in with *cookies*, that counts what its pages ask for and complain of. */
async function opened({width, script, cookies}) {
  const context = await browser.newContext({
    viewport: {width, height: 800}, javaScriptEnabled: script, colorScheme: 'light',
    locale: 'fr-FR', timezoneId: 'Europe/Paris',
  })
  context.setDefaultTimeout(PATIENCE_MS)
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

/** Send *fields* as a form of the house would, from one of its pages; what comes is a page. */
async function sent(page, {post, fields, size}, lang) {
  await page.goto(new URL('/aide', given.url).href)
  const body = {...fields, ...(size ? {remark: 'x'.repeat(size)} : {})}
  const [answer] = await Promise.all([
    page.waitForNavigation({waitUntil: 'load'}),
    page.evaluate(([action, told]) => {
      const form = Object.assign(document.createElement('form'), {method: 'post', action})
      for (const [name, value] of Object.entries(told)) {
        form.append(Object.assign(document.createElement('textarea'), {name, value}))
      }
      document.body.append(form)
      form.submit()
    }, [`${post}?lang=${lang}`, body]),
  ])
  return answer
}

async function shown(page, spec, lang) {
  if (spec.post) return sent(page, spec, lang)
  const address = new URL(spec.path, given.url)
  address.searchParams.set('lang', lang)
  return page.goto(address.href, {waitUntil: 'load'})
}

/** What is looked at once: keys, colours, paper. */
async function handled(place, spec) {
  const {page, session} = place
  const paper = given.papers && `${given.papers}/${spec.name}.pdf`
  const tab = await tabbed(page)
  const skip = await skipped(page)
  await page.emulateMedia({colorScheme: 'dark'})
  const dark = await judged(session, ['color-contrast'])
  if (given.pictures && spec.dark) await page.screenshot({path: `${given.pictures}/${spec.name}-dark.png`})
  await page.emulateMedia({colorScheme: 'light', forcedColors: 'active'})
  const forced = await judged(session, ['color-contrast'])
  if (given.pictures && spec.dark) await page.screenshot({path: `${given.pictures}/${spec.name}-forced.png`})
  await page.emulateMedia({forcedColors: 'none'})
  return {tab, skip, dark, forced, print: await printed(page, paper)}
}

/** One way of looking at one page. */
async function looked(place, spec, way) {
  const {page, heard} = place
  for (const list of Object.values(heard)) list.length = 0
  const answer = await shown(page, spec, way.lang)
  const found = await page.evaluate(() => ({
    at: location.pathname,
    lang: document.documentElement.lang,
    title: document.title,
    h1: [...document.querySelectorAll('h1')].map((one) => one.textContent.trim()),
    over: document.documentElement.scrollWidth - innerWidth,
    head: document.querySelector('header.top')?.offsetHeight ?? 0,
    inline: document.querySelectorAll('[style], style, script:not([src])').length,
    regions: [...document.querySelectorAll('.table')].filter((one) => one.tabIndex !== 0).length,
  }))
  found.status = answer.status()
  found.axe = await judgedOnce(place, way.width, way.script, () => (
    opened({width: way.width, script: true, cookies: place.cookies})))
  if (way.lang === 'fr' && way.account !== Boolean(spec.nobody)) {
    if (given.pictures && (way.script || way.width === 320)) {
      const name = `${spec.name}-${way.width}${way.script ? '' : '-plain'}.png`
      await page.screenshot({path: `${given.pictures}/${name}`, fullPage: true})
    }
    if (way.script && way.width === 1280) Object.assign(found, await handled(place, spec))
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
  for (let step = 0; step < 240 && file.done && page.url().includes('/drp_'); step += 1) {
    if (await page.locator('#nom').count()) {
      for (const answer of file.answers) await page.locator(`[value="${answer}"]`).check()
      await page.locator('main form button').first().click()
    } else await page.waitForTimeout(500)
    await page.goto(page.url())
  }
  return new URL(page.url()).pathname
}

const cookies = {}
for (const [who, link] of Object.entries(given.links)) cookies[who] = await entered(link)
const specs = []
for (const [who, known] of Object.entries(cookies)) {
  const setup = await opened({width: 1280, script: false, cookies: known})
  for (const spec of given.pages.filter((one) => one.as === who)) {
    if (spec.drop) specs.push({...spec, path: await dropped(setup.page, spec.drop)})
    else if (spec.from) {
      const before = specs.find((one) => one.name === spec.from)
      await setup.page.goto(new URL(before ? before.path : spec.from, given.url).href)
      const links = setup.page.locator(spec.link)
      const path = await links.count() ? await links.first().getAttribute('href') : null
      specs.push({...spec, path: path && new URL(path, setup.page.url()).href.replace(given.url, '')})
    } else specs.push(spec)
  }
  await setup.context.close()
}

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

async function one(place, spec, way) {
  const name = `${spec.name}, ${way.account ? 'account' : 'none'}, ${way.lang}, ${way.script ? 'JS' : 'no JS'}, ${way.width}`
  const view = {page: spec.name, public: Boolean(spec.public), way: name, ...way, ...await looked(place, spec, way)}
  views.push(view)
  if (given.log) writeFileSync(given.log, `${JSON.stringify({at: Date.now() - began, ...view})}\n`, {flag: 'a'})
}

/** All pages in all languages, of somebody (null: nobody), with or without scripts, of a width. */
async function visited({who, script, width, mine}) {
  const place = await opened({width, script, cookies: cookies[who]})
  for (const lang of ['fr', 'en']) {
    for (const spec of mine) {
      const way = {account: who !== null, script, width, lang}
      if ((spec.path || spec.post) && wanted(spec, way)) await one(place, spec, way)
    }
  }
  await place.context.close()
  await place.mirror?.context.close()
}

const rounds = []
for (const script of [true, false]) {
  for (const width of [1280, 320]) {
    for (const who of Object.keys(cookies)) {
      const mine = specs.filter((spec) => spec.as === who)
      const half = mine.length > 30 ? Math.ceil(mine.length / 2) : mine.length
      rounds.push({who, script, width, mine: mine.slice(0, half)}, {who, script, width, mine: mine.slice(half)})
    }
    rounds.push({who: null, script, width, mine: specs})
  }
}
const left = rounds.filter(({mine}) => mine.length)
await Promise.all(Array.from({length: LANES}, async () => {
  while (left.length) await visited(left.shift())
}))
await browser.close()
process.stdout.write(JSON.stringify({
  views,
  judged: n_judged(),
  seconds: (Date.now() - began) / 1000,
  absent: specs.filter((spec) => !spec.path && !spec.post).map((spec) => spec.name),
}))
