// The same with openid-client, a certified relying party, as a program of its users is written.
import * as client from 'openid-client'
import {answer, given, signingKey, thrown} from './given.mjs'

const thing = new URL(`${given.issuer}/v1/cabinets/${given.cabinet}?agreement=${given.agreement}`)
const detail = (agreement) => JSON.stringify([{type: 'urn:synergie:data-sharing:1', agreement}])

const key = {key: await signingKey(given.key), kid: given.key.kid}
const config = await client.discovery(
  new URL(given.issuer), given.client, undefined, client.PrivateKeyJwt(key), {algorithm: 'oauth2'})
const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'))

const token = (agreement) => client.clientCredentialsGrant(
  config, {scope: given.scope, authorization_details: detail(agreement)}, {DPoP})

const granted = await token(given.agreement)
const read = await client.fetchProtectedResource(
  config, granted.access_token, thing, 'GET', undefined, undefined, {DPoP})
const found = {
  issuer: config.serverMetadata().issuer,
  token: granted,
  read: {status: read.status, body: await read.json()},
  unknownAgreement: (await thrown(() => token('agr_2222222222222222')))?.error,
  introspected: await client.tokenIntrospection(config, granted.access_token),
}
await client.tokenRevocation(config, granted.access_token)
found.introspectedAfter = await client.tokenIntrospection(config, granted.access_token)
answer(found)
