// What `jose` makes of an agreement's signature, and the digest of the terms made here.
import {createHash} from 'node:crypto'
import {createLocalJWKSet, compactVerify} from 'jose'
import {answer, given, thrown} from './given.mjs'

const ALGORITHMS = ['ES256', 'PS256', 'Ed25519']
const keys = createLocalJWKSet(given.jwks)
const verify = (jws) => compactVerify(jws, keys, {algorithms: ALGORITHMS})

/** RFC 8785: members in order of their UTF-16 names; JSON.stringify writes the rest so already. */
const ordered = (value) => {
  if (Array.isArray(value)) return value.map(ordered)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, ordered(value[name])]))
}
// Terms that came later are signed only when they say something (docs/explanation/agreements.md).
const LATER = {
  terms: {
    cell_scheme: null, direction: 'read', fields: [], data_subject: 'legal_person',
    consent_refs: [], recipient_clients: [],
  },
  selector: {series: [], light_points: [], perimeter: null, purchases: []},
}
const told = (value, later) => Object.fromEntries(Object.entries(value).filter(
  ([name, kept]) => !(name in later) || JSON.stringify(kept) !== JSON.stringify(later[name])))
const {id: agreement, version, terms: all} = given.agreement
const terms = {...told(all, LATER.terms), selector: told(all.selector, LATER.selector)}
const bytes = JSON.stringify(ordered({agreement, version, terms}))

const [header, , signature] = given.jws.split('.')
const other = Buffer.from(JSON.stringify({agreement: 'another'})).toString('base64url')
const {protectedHeader, payload} = await verify(given.jws)
answer({
  header: protectedHeader,
  payload: JSON.parse(new TextDecoder().decode(payload)),
  digest: createHash('sha256').update(bytes).digest('hex'),
  changed: (await thrown(() => verify(`${header}.${other}.${signature}`)))?.code,
})
