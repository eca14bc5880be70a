/** One entry of the API: routing, access, validation, documentation and handler, declared together. */
import type * as z from 'zod/mini'
import type { Actor } from '../audit/index.ts'
import type { Environment } from '../environment.ts'
import type { ApiKey, Scope } from './access.ts'
import type { Session } from './session.ts'

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/** What a handler may work with. Body and query have passed their schemas. */
export interface Call<Body, Query> {
  readonly environment: Environment
  /** From the API key, never from the request. Empty for routes without one. */
  readonly tenant: string
  readonly key: ApiKey | null
  /** When the key came by a session's cookie. */
  readonly session: Session | null
  readonly params: Readonly<Record<string, string>>
  readonly query: Query
  readonly body: Body
  readonly request: Request
  readonly requestId: string
  /** Milliseconds since the epoch, fixed for the call. */
  readonly now: number
  readonly waitUntil: (work: Promise<unknown>) => void
}

/** What a handler answers: JSON, or a body of another type. */
export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  /** False when the same request would be answered otherwise in a moment: not kept for its Idempotency-Key. */
  readonly lasting?: boolean
  /** Of routes without a key: whose audit log is to have it, when that shows only now. */
  readonly madeFor?: { readonly tenant: string; readonly actor: Actor; readonly sessionId?: string }
  readonly raw?: { readonly body: BodyInit; readonly contentType: string }
}

export interface Example {
  readonly summary: string
  readonly body?: unknown
  readonly query?: Readonly<Record<string, string>>
}

export interface Route {
  readonly method: Method
  /** With `{parameters}`, as in OpenAPI. */
  readonly path: string
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly tag: string
  /** `none`: open to all; `key`: any key, whatever its scopes; `root`: the installation's own key. */
  readonly access: Scope | 'none' | 'key' | 'root'
  readonly body?: z.ZodMiniType
  /** Media types of the body; JSON unless said otherwise. */
  readonly bodyTypes?: readonly string[]
  /** Octets of a body; a MiB unless said otherwise. */
  readonly largestBody?: number
  readonly query?: z.ZodMiniType
  /** Headers that the handler looks at, each with what it does. */
  readonly requestHeaders?: Readonly<Record<string, string>>
  /** What is in the body of the answer stands in `openapi/answers.ts`. */
  readonly success: {
    readonly status: number
    readonly description: string
    /** Of a body that is no JSON. */
    readonly mediaType?: string
  }
  readonly examples: readonly Example[]
  /** Creating: takes an Idempotency-Key. */
  readonly idempotent?: boolean
  /** Only reads, in spite of its method: no matter of the audit log. */
  readonly changesNothing?: boolean
  /** The answer shows a secret, this once. */
  readonly showsSecret?: boolean
  handle(call: Call<unknown, unknown>): Promise<Answer>
}

type Output<S> = S extends z.ZodMiniType ? z.output<S> : undefined

interface Declared<Body extends z.ZodMiniType | undefined, Query extends z.ZodMiniType | undefined>
  extends Omit<Route, 'body' | 'query' | 'handle'> {
  readonly body?: Body
  readonly query?: Query
  handle(call: Call<Output<Body>, Output<Query>>): Promise<Answer>
}

/** Declares a route; the handler sees body and query as its schemas give them. */
export function route<
  const Body extends z.ZodMiniType | undefined = undefined,
  const Query extends z.ZodMiniType | undefined = undefined,
>(declared: Declared<Body, Query>): Route {
  // The door calls a handler only with what the very same schemas gave.
  return declared as unknown as Route
}
