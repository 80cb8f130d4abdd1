// What the test gives, and how a program of this folder answers: JSON in, JSON out.
import {text} from 'node:stream/consumers'

export const given = JSON.parse(await text(process.stdin))

/** The client's private key, for WebCrypto. */
export const signingKey = (jwk) =>
  crypto.subtle.importKey('jwk', jwk, {name: 'ECDSA', namedCurve: 'P-256'}, false, ['sign'])

/** What *work* throws, or null. */
export async function thrown(work) {
  try {
    await work()
    return null
  } catch (error) {
    return error
  }
}

export const answer = (found) => process.stdout.write(JSON.stringify(found))
