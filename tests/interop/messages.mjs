// What the npm package of RFC 9421 makes of our signed messages, and messages signed by it.
import {createPrivateKey, createPublicKey} from 'node:crypto'
import {createSigner, createVerifier, httpbis} from 'http-message-signatures'
import {answer, given} from './given.mjs'

const ALGORITHMS = {EC: 'ecdsa-p256-sha256', OKP: 'ed25519'}
const alg = ALGORITHMS[given.key.kty]
const publicKey = createPublicKey({key: given.jwks.keys[0], format: 'jwk'})
const verifying = {id: given.key.kid, algs: [alg], verify: createVerifier(publicKey, alg)}
const keyLookup = async ({keyid}) => (keyid === given.key.kid ? verifying : null)
const config = (requiredFields) => ({keyLookup, requiredFields, maxAge: 60, tolerance: 5})

const REQUEST = ['@method', '@target-uri', 'content-digest']
const ANSWER = ['@status', 'content-digest', '"@method";req', '"@target-uri";req']

/** Whether a message verifies; a message that cannot even be read does not. */
const holds = (...message) => httpbis.verifyMessage(...message).catch(() => false)
const request = (message) => holds(config(REQUEST), message)
const reply = (message) => holds(config(['@status', 'content-digest']), message, given.request)

const signer = createSigner(createPrivateKey({key: given.key, format: 'jwk'}), alg, given.key.kid)
const sign = (fields, tag, ...messages) =>
  httpbis.signMessage(
    {key: signer, name: 'theirs', fields, params: ['created', 'keyid', 'alg', 'tag'], paramValues: {tag}},
    ...messages,
  )
const {digest} = given
const bare = {method: 'POST', url: given.request.url, headers: {'Content-Digest': digest}}

answer({
  request: await request(given.request),
  changed: await request({...given.request, url: `${given.request.url}&more=1`}),
  answer: await reply(given.answer),
  changedAnswer: await reply({...given.answer, status: 201}),
  signedRequest: await sign(REQUEST, 'fapi-2-request', bare),
  signedAnswer: await sign(
    [...ANSWER, '"content-digest";req'],
    'fapi-2-response',
    {status: 200, headers: {'Content-Digest': digest}},
    bare,
  ),
})
