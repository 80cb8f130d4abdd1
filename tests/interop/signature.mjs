// What `jose` makes of an agreement's signature, and the digest of the terms made here.
import {createLocalJWKSet, compactVerify} from 'jose'
import {digest} from './canonical.mjs'
import {answer, given, thrown} from './given.mjs'

const ALGORITHMS = ['ES256', 'PS256', 'Ed25519']
const keys = createLocalJWKSet(given.jwks)
const verify = (jws) => compactVerify(jws, keys, {algorithms: ALGORITHMS})

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

const [header, , signature] = given.jws.split('.')
const other = Buffer.from(JSON.stringify({agreement: 'another'})).toString('base64url')
const {protectedHeader, payload} = await verify(given.jws)
answer({
  header: protectedHeader,
  payload: JSON.parse(new TextDecoder().decode(payload)),
  digest: digest({agreement, version, terms}),
  changed: (await thrown(() => verify(`${header}.${other}.${signature}`)))?.code,
})
