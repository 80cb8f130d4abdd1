// What axe finds on a page, once for each content; the page's own policy lets no script in.
import {createHash} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {createRequire} from 'node:module'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
export const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Evaluated in the page: what axe finds; why it leaves something to a person is its kind. */
async function found(rules) {
  const told = await window.axe.run({runOnly: rules, resultTypes: ['violations', 'incomplete']})
  const why = (node) => [...node.any, ...node.all, ...node.none]
    .map((check) => check.data?.messageKey ?? check.id).sort().join('+')
  return JSON.stringify({
    passes: told.passes.length,
    incomplete: told.incomplete.flatMap((rule) => rule.nodes.map(
      (node) => [`${rule.id}: ${why(node)}`, node.html.slice(0, 150)])),
    violations: told.violations.map((rule) => [rule.id, ...rule.nodes.slice(0, 3).map(
      (node) => [node.html.slice(0, 200), node.failureSummary])]),
  })
}

/** The findings of axe; the debugger lets it in, once for each document. */
export async function judged(session, rules) {
  const expression = `${found}; found(${JSON.stringify(rules)})`
  const there = await session.send('Runtime.evaluate', {expression: 'Boolean(window.axe)'})
  if (!there.result.value) await session.send('Runtime.evaluate', {expression: axe})
  const {result, exceptionDetails} = await session.send('Runtime.evaluate', {
    expression, awaitPromise: true, returnByValue: true,
  })
  if (exceptionDetails) throw new Error(exceptionDetails.exception.description)
  return JSON.parse(result.value)
}

const seen = new Map()
export const n_judged = () => seen.size

/** *html* without what is new each time: the token of a form, the minute, where to come back to. */
function bare(html) {
  return html
    .replace(/name="(_csrf|vers|once|formulaire)" value="[^"]*"/g, '')
    .replace(/vers=[^"&]*/g, '')
    .replace(/\?v=\w+/g, '')
    .replace(/(Page faite le|Page made on)[^<]*/g, '')
}

/**
 * As `judged`, once for each content and width.
 *
 * axe needs scripts: what a page is without them is drawn again, as it is, where they run: in
 * the page that *mirror* opens.
 */
export async function judgedOnce(place, width, script, mirror) {
  const whole = await place.page.content()
  const told = script ? whole
    : whole.replace(/<\/?noscript>/g, '').replace(/<script[^>]*><\/script>/g, '')
  const key = createHash('sha256').update(`${width} ${bare(told)}`).digest('hex')
  if (!seen.has(key)) seen.set(key, script ? judged(place.session, RULES) : again(place, told, mirror))
  return seen.get(key)
}

async function again(place, told, mirror) {
  place.mirror ??= await mirror()
  const {page, session} = place.mirror
  const body = {body: told, contentType: 'text/html; charset=utf-8'}
  await page.unrouteAll()
  await page.route('**/*', (route) => (
    route.request().isNavigationRequest() ? route.fulfill(body) : route.continue()))
  await page.goto(place.page.url(), {waitUntil: 'load'})
  return judged(session, RULES)
}
