// Every step of the profile with oauth4webapi, which was written from the standards alone.
import * as oauth from 'oauth4webapi'
import {answer, given, signingKey, thrown} from './given.mjs'

const issuer = new URL(given.issuer)
const resource = new URL(`${given.issuer}/v1`)
const thing = new URL(`${given.issuer}/v1/cabinets/${given.cabinet}?agreement=${given.agreement}`)
const detail = (agreement) => [{type: 'urn:synergie:data-sharing:1', agreement}]

const as = await oauth.processDiscoveryResponse(
  issuer, await oauth.discoveryRequest(issuer, {algorithm: 'oauth2'}))
const prm = await oauth.processResourceDiscoveryResponse(
  resource, await oauth.resourceDiscoveryRequest(resource))

const client = {client_id: given.client}
const auth = oauth.PrivateKeyJwt({key: await signingKey(given.key), kid: given.key.kid})
const proofs = oauth.DPoP(client, await oauth.generateKeyPair('ES256'))
const others = oauth.DPoP(client, await oauth.generateKeyPair('ES256'))

/** *work*, once more when a nonce is demanded; counts how often it was. */
let nonces = 0
async function patient(work) {
  try {
    return await work()
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error
    nonces += 1
    return work()
  }
}

const token = (details, DPoP = proofs) => patient(async () => {
  const parameters = new URLSearchParams({scope: given.scope, resource: resource.href})
  if (details) parameters.set('authorization_details', JSON.stringify(details))
  return oauth.processClientCredentialsResponse(as, client,
    await oauth.clientCredentialsGrantRequest(as, client, auth, parameters, {DPoP}))
})
const read = (access, DPoP) => patient(() =>
  oauth.protectedResourceRequest(access, 'GET', thing, undefined, undefined, {DPoP}))
const introspected = async (access) => oauth.processIntrospectionResponse(
  as, client, await oauth.introspectionRequest(as, client, auth, access))

/** What a resource server finds that trusts our issuer and uses this library. */
async function validated(access, audience) {
  const url = new URL('/v1/cabinets', issuer)
  const headers = new Headers({authorization: `DPoP ${access}`})
  await proofs.addProof(url, headers, 'GET', access)
  return oauth.validateJwtAccessToken(as, new Request(url, {headers}), audience, {requireDPoP: true})
}

const challenged = async (work) => {
  const error = await thrown(work)
  return error && {status: error.status, challenges: error.cause}
}

const granted = await token(detail(given.agreement))
const first = await read(granted.access_token, proofs)
const found = {
  issuer: as.issuer,
  resource: prm.resource,
  servers: prm.authorization_servers,
  token: granted,
  read: {status: first.status, body: await first.json()},
  claims: await validated(granted.access_token, resource.href),
  elsewhere: (await thrown(() => validated(granted.access_token, 'https://elsewhere.test/v1')))?.code,
  introspected: await introspected(granted.access_token),
  otherKey: await challenged(() => read(granted.access_token, others)),
  bearer: await challenged(() => read(granted.access_token, undefined)),
  unknownAgreement: (await thrown(() => token(detail('agr_2222222222222222'))))?.error,
}
await oauth.processRevocationResponse(
  await oauth.revocationRequest(as, client, auth, granted.access_token))
found.introspectedAfter = await introspected(granted.access_token)
found.readAfter = await challenged(() => read(granted.access_token, proofs))
const fresh = await read((await token()).access_token, proofs)
found.fresh = fresh.status
found.nonces = nonces
const bare = await fetch(thing)
found.bare = {status: bare.status, challenge: bare.headers.get('www-authenticate')}
answer(found)
