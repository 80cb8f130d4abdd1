// What an agreement opens: its sites, and a day of one curve. docs/how-to/quick-start-in-javascript.md
import {readFileSync} from 'node:fs'
import * as oauth from 'oauth4webapi'
import createClient from 'openapi-fetch'
import type {paths} from './synergie.js'

const [server = '', program = '', keyFile = '', agreement = '', day = ''] = process.argv.slice(2)
const jwk = JSON.parse(readFileSync(keyFile, 'utf8'))
const algorithm = {name: 'ECDSA', namedCurve: 'P-256'}
const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['sign'])

const issuer = new URL(server), client = {client_id: program}
const here = {[oauth.allowInsecureRequests]: ['127.0.0.1', 'localhost'].includes(issuer.hostname)}
const as = await oauth.processDiscoveryResponse(
  issuer, await oauth.discoveryRequest(issuer, {algorithm: 'oauth2', ...here}))
const DPoP = oauth.DPoP({}, await oauth.generateKeyPair('ES256'))

/** Once more when the server demands its nonce (RFC 9449 §8). */
const patient = <T>(work: () => Promise<T>) => work().catch((error: unknown) => {
  if (oauth.isDPoPNonceError(error)) return work()
  throw error
})

const token = await patient(async () => oauth.processClientCredentialsResponse(as, client,
  await oauth.clientCredentialsGrantRequest(
    as, client, oauth.PrivateKeyJwt({key, kid: jwk.kid}), {resource: `${server}/v1`}, {DPoP, ...here})))

const api = createClient<paths>({
  baseUrl: server,
  fetch: ({method, url, headers, body}) => patient(() => oauth.protectedResourceRequest(
    token.access_token, method, new URL(url), headers, body, {DPoP, ...here})),
})

const sites = await api.GET('/v1/sites', {params: {query: {agreement}}})
for (const site of sites.data?.items ?? []) console.log(site.name)

const series = await api.GET('/v1/series', {params: {query: {agreement}}})
for (const one of series.data?.items.slice(0, 1) ?? []) {
  const query = {agreement, start: `${day}T00:00:00Z`, end: `${day}T23:30:00Z`}
  const curve = await api.GET('/v1/series/{item_id}/curve', {params: {path: {item_id: one.id}, query}})
  if (curve.error) console.error(curve.error.title, curve.error.detail)
  if (!curve.data || typeof curve.data === 'string') continue // a string: NDJSON, when asked for
  for (const run of curve.data.runs) console.log(run.start, run.step, run.values.join(' '))
}
