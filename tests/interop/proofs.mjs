// What `jose` makes of the folder of an export: manifest, tree head, both receipts and the files.
import {createHash} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {createLocalJWKSet, jwtVerify} from 'jose'
import {answer, given, thrown} from './given.mjs'

const ALGORITHMS = ['ES256', 'PS256', 'Ed25519']
const read = (name) => readFile(join(given.folder, name))
const text = async (name) => (await read(name)).toString().trim()
const keysOf = async (name) => createLocalJWKSet(JSON.parse(await text(name)))
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

/** The claims of a JWS that is of the kind *typ*, from *issuer* and, where it names one, for *audience*. */
const claims = async (jws, keys, typ, issuer, audience) =>
  (await jwtVerify(jws, keys, {algorithms: ALGORITHMS, typ, issuer, audience})).payload

const keys = await keysOf('jwks.json')
const theirs = await keysOf('receipt-jwks.json')
const signed = await text('manifest.jws')
const manifest = await claims(signed, keys, 'synergie-manifest+jwt', given.issuer, given.recipient)
const receipt = await claims(
  await text('receipt.jws'), theirs, 'synergie-receipt+jwt', given.recipient, given.issuer)
const head = await claims(await text('tree-head.jws'), keys, 'synergie-sth+jwt', given.issuer)
const [compact, disclosure] = given.stored.split('~')
const stored = await claims(compact, keys, 'synergie-receipt+jwt', given.issuer, given.owner)
const covered = createHash('sha256').update(disclosure).digest('base64url')
const disclosed = stored._sd.includes(covered) && JSON.parse(Buffer.from(disclosure, 'base64url'))

const files = {}
for (const file of manifest.files) {
  const bytes = await read(file.name)
  files[file.name] = bytes.length === file.bytes && sha256(bytes) === file.sha256
}
const [, payload] = signed.split('.')
const [header, , signature] = (await text('tree-head.jws')).split('.')
const wrong = {
  typ: () => claims(signed, keys, 'synergie-receipt+jwt', given.issuer),
  key: () => claims(signed, theirs, 'synergie-manifest+jwt', given.issuer),
  changed: () => claims(`${header}.${payload}.${signature}`, keys, 'synergie-sth+jwt', given.issuer),
}
const refused = {}
for (const [name, work] of Object.entries(wrong)) refused[name] = (await thrown(work))?.code
answer({manifest, receipt, head, stored, disclosed, files, refused, digest: sha256(signed)})
