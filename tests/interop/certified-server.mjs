// A certified authorization server, and beside it a resource that validates with oauth4webapi.
// One line of JSON in says what it trusts; one line out says where it is; it ends with its input.
import {randomBytes} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {createServer as createPlainServer} from 'node:http'
import {createServer} from 'node:https'
import {createInterface} from 'node:readline'
import * as oauth from 'oauth4webapi'
import Provider, {errors} from 'oidc-provider'

const lines = createInterface({input: process.stdin})
const given = JSON.parse((await lines[Symbol.asyncIterator]().next()).value)
const ALGS = ['ES256', 'PS256', 'Ed25519']
const SCOPE = 'organisations:read'

// Plain http for measures only: there its speed is compared, and TLS would hide it.
const server = given.plain ? createPlainServer()
  : createServer({cert: readFileSync(given.chain), key: readFileSync(given.key)})
await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
const issuer = given.plain ? `http://127.0.0.1:${server.address().port}`
  : `https://localhost:${server.address().port}`
const resource = `${issuer}/v1`

const pair = await crypto.subtle.generateKey({name: 'ECDSA', namedCurve: 'P-256'}, true, ['sign'])
const own = {...(await crypto.subtle.exportKey('jwk', pair.privateKey)), alg: 'ES256', use: 'sig', kid: 's1'}
delete own.key_ops
delete own.ext

const provider = new Provider(issuer, {
  clients: Object.entries(given.clients).map(([client_id, jwks]) => ({
    client_id, jwks, grant_types: ['client_credentials'], response_types: [], redirect_uris: [],
    token_endpoint_auth_method: 'private_key_jwt', dpop_bound_access_tokens: true, scope: SCOPE,
    id_token_signed_response_alg: 'ES256',
  })),
  jwks: {keys: [own]},
  scopes: [SCOPE],
  clientAuthMethods: ['private_key_jwt'],
  enabledJWA: {clientAuthSigningAlgValues: ALGS, dPoPSigningAlgValues: ALGS},
  features: {
    devInteractions: {enabled: false},
    clientCredentials: {enabled: true},
    fapi: {enabled: true, profile: '2.0'},
    dPoP: {enabled: true, nonceSecret: Buffer.alloc(32, 7), requireNonce: () => given.nonce},
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      getResourceServerInfo(context, asked) {
        if (asked !== resource) throw new errors.InvalidTarget()
        return {
          scope: SCOPE, audience: asked, accessTokenFormat: 'jwt', accessTokenTTL: 300,
          jwt: {sign: {alg: 'ES256'}},
        }
      },
    },
  },
})

const seen = []
const refused = []
const as = () => ({issuer, jwks_uri: `${issuer}/jwks`})
let nonce = null

/** GET /v1/organisations/…: a nonce of ours that changes at each answer, then the token. */
async function guarded(request, response) {
  const proof = request.headers.dpop ?? ''
  const used = proof && JSON.parse(Buffer.from(proof.split('.')[1], 'base64url')).nonce
  const right = !given.nonce || (nonce !== null && used === nonce)
  nonce = randomBytes(8).toString('hex')
  if (given.nonce) response.setHeader('DPoP-Nonce', nonce)
  if (!right) {
    response.setHeader('WWW-Authenticate', 'DPoP error="use_dpop_nonce", algs="ES256"')
    response.writeHead(401).end()
    return
  }
  const headers = {authorization: request.headers.authorization, dpop: proof}
  const shown = new Request(`${issuer}${request.url}`, {headers})
  const claims = await oauth.validateJwtAccessToken(as(), shown, resource, {requireDPoP: true})
  seen.push({client: claims.client_id, scope: claims.scope})
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify({...given.organisation, name: claims.client_id}))
}

server.on('request', (request, response) => {
  if (request.url === '/told') {
    response.end(JSON.stringify({seen, refused}))
  } else if (request.url.startsWith('/v1/')) {
    guarded(request, response).catch((error) => {
      refused.push(String(error))
      response.writeHead(401).end() // whatever its library found wrong with the token or the proof
    })
  } else {
    // Our client asks for the address of RFC 8414; this server knows the one of OpenID alone.
    request.url = request.url.replace('oauth-authorization-server', 'openid-configuration')
    provider.callback()(request, response)
  }
})
for (const event of ['grant.error', 'server_error']) {
  provider.on(event, (_, error) => refused.push(`${error.message}: ${error.error_description}`))
}

console.log(JSON.stringify({issuer}))
lines.on('close', () => process.exit(0))
