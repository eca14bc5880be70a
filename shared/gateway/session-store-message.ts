/**
 * The session store at the edge: any gateway node can take a session over from it. The edge sees names, sealed octets and
 * how far sessions have read. A session has one owner at a time; each claim gives it a new generation, and writes under an
 * old one are refused, so that two nodes can never both extend the range of sequence numbers (spec: fenced lease).
 */
import { z } from 'zod'

/** All POST, with a token of the gateway itself in the identity header, JSON both ways. */
export const SESSION_STORE_PATHS = {
  claim: '/gateway/v1/sessions/claim',
  save: '/gateway/v1/sessions/save',
  remove: '/gateway/v1/sessions/remove',
} as const

/** Sessions in one call at most. */
export const MOST_SESSIONS_PER_CALL = 100

/** A keyed digest of the Connection ID, lower-case hexadecimal: the edge does not learn Connection IDs. */
const name = z.string().regex(/^[0-9a-f]{32}$/)
const sealed = z
  .string()
  .regex(/^[A-Za-z0-9+/]*={0,2}$/)
  .max(4096)
const generation = z.number().int().min(1)
const expiresAt = z.number().int()

/**
 * What a session has read since it was sealed: the right edge of its replay window, -1 before the first record, 64 bits
 * of the window, and when, milliseconds since 1970.
 */
const word = z.number().int().min(0).max(0xffff_ffff)
/** The last record number there is; a session that has read beyond it could not be sealed any more. */
const LAST_SEQUENCE = 2 ** 48 - 2
const progress = z.object({
  readEdge: z.number().int().min(-1).max(LAST_SEQUENCE),
  windowLow: word,
  windowHigh: word,
  lastSeen: z.number().int().min(0).max(0xffff_ffff_ffff),
})

export const ClaimRequest = z.object({ name })
export const ClaimAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('claimed'), generation, sealed, progress: progress.nullable() }),
  z.object({ kind: z.literal('unknown') }),
])

/** Gateways of before progress was saved apart save states only, and name no kind. */
const stateKind = z.literal('state').default('state')

export const SaveRequest = z.object({
  sessions: z
    .array(
      z.union([
        /** Takes the place of what lay there, progress included. `generation` is null for a new session. */
        z.object({ kind: stateKind, name, generation: generation.nullable(), sealed, expiresAt }),
        z.object({ kind: z.literal('progress'), name, generation, progress, expiresAt }),
      ]),
    )
    .min(1)
    .max(MOST_SESSIONS_PER_CALL),
})
export const SaveAnswer = z.object({
  /** In the order of the request. `fenced`: another node has claimed it since; forget the session. */
  sessions: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('saved'), generation }),
      z.object({ kind: z.literal('fenced') }),
    ]),
  ),
})

export const RemoveRequest = z.object({
  sessions: z.array(z.object({ name, generation })).min(1).max(MOST_SESSIONS_PER_CALL),
})

export type ClaimAnswer = z.infer<typeof ClaimAnswer>
export type SaveRequest = z.infer<typeof SaveRequest>
export type SaveAnswer = z.infer<typeof SaveAnswer>
