/** Every error of the API, in the one form it has: problem+json (RFC 9457). */

/** Stable codes, each explained at `/docs/problems#<code>`. */
export const PROBLEMS = {
  'bad-request': [400, 'The request is not well-formed'],
  'invalid-parameters': [400, 'Parameters are missing or wrong'],
  unauthenticated: [401, 'A valid API key is needed'],
  'insufficient-scope': [403, 'The API key may not do this'],
  'cross-site': [403, 'The call does not come from a page of this origin'],
  'not-found': [404, 'There is nothing here'],
  'method-not-allowed': [405, 'This method does not exist here'],
  conflict: [409, 'The present state does not allow this'],
  'idempotency-in-progress': [409, 'The first request with this Idempotency-Key is still running'],
  'would-disconnect': [409, 'This would leave the device without a connection'],
  'last-eim': [409, 'This would leave the eUICC without an eIM'],
  'own-eim': [409, 'This would end our own access to the eUICC'],
  'too-late': [409, 'It has left already'],
  'precondition-failed': [412, 'It was changed in the meantime'],
  'content-too-large': [413, 'The body is too large'],
  'unsupported-media-type': [415, 'The body must be JSON'],
  'idempotency-mismatch': [422, 'This Idempotency-Key was used with another request'],
  'precondition-required': [428, 'If-Match is needed'],
  'too-many-requests': [429, 'Slow down'],
  internal: [500, 'Something went wrong on our side'],
  unavailable: [503, 'Try again in a moment'],
} as const satisfies Readonly<Record<string, readonly [status: number, title: string]>>

export type ProblemCode = keyof typeof PROBLEMS

/** One wrong member of a request: where (JSON pointer, or the name of a query parameter) and why. */
export interface ProblemError {
  readonly pointer: string
  readonly detail: string
}

export interface ProblemOptions {
  readonly errors?: readonly ProblemError[]
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** Thrown by handlers and turned into the answer at the door; `detail` is shown to the caller. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly options: ProblemOptions

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause })
    this.code = code
    this.options = options
  }

  toResponse(instance: string, requestId: string): Response {
    const [status, title] = PROBLEMS[this.code]
    const { errors, headers } = this.options
    return Response.json(
      {
        type: `/docs/problems#${this.code}`,
        title,
        status,
        detail: this.message,
        instance,
        code: this.code,
        requestId,
        ...(errors ? { errors } : {}),
      },
      {
        status,
        headers: { 'Cache-Control': 'no-store', ...headers, 'Content-Type': 'application/problem+json' },
      },
    )
  }
}

/** What anything thrown becomes outside: the unforeseen tells nothing of our inside. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (!isPassing(error))
    return new Problem('internal', 'the call failed; it may be repeated', { cause: error })
  const headers = { 'Retry-After': '1' }
  return new Problem('unavailable', 'the eUICC’s object is moving or busy', { headers, cause: error })
}

/** How the platform marks that an object was updated, moved or overloaded. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { retryable, overloaded } = error as { readonly retryable?: boolean; readonly overloaded?: boolean }
  return retryable === true || overloaded === true
}

export function notFound(what: string): Problem {
  return new Problem('not-found', `${what} does not exist`)
}
