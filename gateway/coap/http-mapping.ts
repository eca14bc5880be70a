/** What an HTTPS answer of the edge becomes in CoAP (RFC 8075 and RFC 7252 §10, read backwards). */
import { codeOf } from './message.ts'

export interface UpstreamAnswer {
  readonly status: number
  readonly hasBody: boolean
  /** Seconds, from Retry-After. */
  readonly retryAfter: number | null
}

export interface MappedAnswer {
  readonly code: number
  /** Seconds the client should wait or may keep it. */
  readonly maxAge: number | null
}

/** Same meaning, same detail: 4.04 for 404. */
const PASSED_ON: ReadonlySet<number> = new Set([
  400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 500, 501,
])
const CHANGED = codeOf('2.04')
const BAD_GATEWAY = codeOf('5.02')
/** When the edge is overloaded and does not say for how long. */
const DEFAULT_RETRY_SECONDS = 30

/** The answer to a POST that was passed on. Redirects are never followed, so they are a bad gateway. */
export function mapAnswer({ status, hasBody, retryAfter }: UpstreamAnswer): MappedAnswer {
  if (status === 200 || status === 204) return answer(CHANGED)
  if (status === 201) return answer(codeOf('2.01'))
  if (status === 304) return answer(codeOf('2.03'))
  if (status === 429) return answer(codeOf('4.29'), retryAfter ?? DEFAULT_RETRY_SECONDS)
  if (status === 503) return answer(codeOf('5.03'), retryAfter ?? DEFAULT_RETRY_SECONDS)
  if (status === 504) return answer(codeOf('5.04'))
  if (PASSED_ON.has(status)) return answer(Math.floor(status / 100) * 32 + (status % 100))
  return answer(status >= 200 && status < 300 && hasBody ? CHANGED : BAD_GATEWAY)
}

function answer(code: number, maxAge: number | null = null): MappedAnswer {
  return { code, maxAge }
}
