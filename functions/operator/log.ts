/** What the API logs: failures that are ours, one line each, findable by the request id that the caller was given. */
import type { Call } from './route.ts'

export function logFailure(
  { requestId, request }: Pick<Call<unknown, unknown>, 'requestId' | 'request'>,
  error: unknown,
): void {
  const { pathname: path } = new URL(request.url)
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown'
  console.error(JSON.stringify({ event: 'api-failed', requestId, path, reason }))
}
