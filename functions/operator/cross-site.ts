/**
 * Tells a page of our own from another site's. A browser sends a cookie along whoever made it call; what it says of the
 * caller beside that (`Origin`, `Sec-Fetch-Site`) no page can write.
 */
import { Problem } from './problem.ts'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/** A WebSocket is opened with GET, and read across origins. */
function changesOrOpens(request: Request): boolean {
  return !SAFE.has(request.method) || request.headers.get('Upgrade')?.toLowerCase() === 'websocket'
}

/** What the browser says of where the call comes from; null where it says nothing. */
function isOwnSite(request: Request): boolean | null {
  const origin = request.headers.get('Origin')
  const site = request.headers.get('Sec-Fetch-Site')
  if (origin === null && site === null) return null
  const isOwn = origin === null || origin === new URL(request.url).origin
  return isOwn && (site === null || site === 'same-origin')
}

/** For calls by cookie: what changes or opens something must come from a page of our own. @throws {Problem} cross-site */
export function requireOwnSite(request: Request): void {
  if (changesOrOpens(request) && isOwnSite(request) !== true) throw refusal()
}

/** For calls that carry no cookie yet: refuses what a browser says is another site. @throws {Problem} cross-site */
export function refuseOtherSite(request: Request): void {
  if (isOwnSite(request) === false) throw refusal()
}

function refusal(): Problem {
  return new Problem('cross-site', 'a session is good only for calls by pages of this very origin')
}
