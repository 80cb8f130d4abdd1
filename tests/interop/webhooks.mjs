// What Node makes of our webhooks: v1 by the package of the norm, v1a by Node's own Ed25519.
import {createPrivateKey, createPublicKey, sign, verify} from 'node:crypto'
import {Webhook} from 'standardwebhooks'
import {answer, given, thrown} from './given.mjs'

const DER_PUBLIC = Buffer.from('302a300506032b6570032100', 'hex')
const DER_PRIVATE = Buffer.from('302e020100300506032b657004220420', 'hex')
const raw = (text) => Buffer.from(text.slice(text.indexOf('_') + 1), 'base64')
const publicKey = createPublicKey({
  key: Buffer.concat([DER_PUBLIC, raw(given.public)]), format: 'der', type: 'spki',
})
const privateKey = createPrivateKey({
  key: Buffer.concat([DER_PRIVATE, raw(given.secret)]), format: 'der', type: 'pkcs8',
})
const shared = new Webhook(given.shared)
const at = new Date(given.timestamp * 1000)
const text = (body) => Buffer.from(`${given.id}.${given.timestamp}.${body}`)
const ours = given.headers['webhook-signature'].split(' ')
const edwards = ours.find((one) => one.startsWith('v1a,')).slice(4)

answer({
  v1: shared.verify(given.body, given.headers),
  v1Changed: (await thrown(() => shared.verify(`${given.body} `, given.headers)))?.message,
  v1a: verify(null, text(given.body), publicKey, Buffer.from(edwards, 'base64')),
  v1aChanged: verify(null, text(`${given.body} `), publicKey, Buffer.from(edwards, 'base64')),
  theirs: {
    'webhook-id': given.id,
    'webhook-timestamp': String(given.timestamp),
    'webhook-signature': [
      shared.sign(given.id, at, given.body),
      `v1a,${sign(null, text(given.body), privateKey).toString('base64')}`,
    ].join(' '),
  },
})
