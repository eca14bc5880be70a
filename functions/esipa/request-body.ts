/** Reads a request's body within bounds: a Bound Profile Package is some 100 KiB, a message of an IPA far less. */
import { concatOctets, type Octets } from '../../shared/octets.ts'
import { UnreachedFault } from './esipa-request.ts'

const LARGEST_MESSAGE = 1024 * 1024

/** @throws {UnreachedFault} 415 unless the media type is `mediaType`, parameters aside; 413 beyond 1 MiB */
export async function readMessage(request: Request, mediaType: string): Promise<Octets> {
  const given = request.headers.get('Content-Type') ?? ''
  if (given.split(';', 1)[0]?.trim().toLowerCase() !== mediaType) {
    throw new UnreachedFault(415, `the Content-Type has to be ${mediaType}`)
  }
  const announced = request.headers.get('Content-Length')
  if (announced === null) return readStream(request.body)
  if (Number(announced) > LARGEST_MESSAGE) throw tooLarge()
  return new Uint8Array(await request.arrayBuffer())
}

/** A body of unknown length is given up as soon as it is too large. */
async function readStream(body: ReadableStream<Uint8Array> | null): Promise<Octets> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of body ?? []) {
    length += part.length
    if (length > LARGEST_MESSAGE) throw tooLarge()
    parts.push(part)
  }
  return concatOctets(...parts)
}

function tooLarge(): UnreachedFault {
  return new UnreachedFault(413, `a message has at most ${LARGEST_MESSAGE} octets`)
}
