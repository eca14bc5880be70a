/** The address of the page as state: whatever one sees can be linked, and Back goes back. */
import { useEffect, useState } from 'hono/jsx/dom'
import { changedSearch } from './route-match.ts'

export const BASE = '/console'

const listeners = new Set<() => void>()

interface Place {
  readonly path: string
  readonly search: string
}

function here(): Place {
  return { path: location.pathname, search: location.search }
}

function tell(): void {
  for (const listener of listeners) listener()
}

export function navigate(to: string, { replace = false } = {}): void {
  if (to === location.pathname + location.search) return
  history[replace ? 'replaceState' : 'pushState'](null, '', to)
  tell()
}

export function useLocation(): Place {
  const [place, setPlace] = useState(here())
  useEffect(() => {
    const update = () => setPlace(here())
    listeners.add(update)
    addEventListener('popstate', update)
    return () => {
      listeners.delete(update)
      removeEventListener('popstate', update)
    }
  }, [])
  return place
}

/** The values after `?`, and how to change some of them; the entry in the history is replaced unless told otherwise. */
export function useSearch(): {
  readonly values: URLSearchParams
  change(changes: Readonly<Record<string, string | null>>, options?: { readonly replace: boolean }): void
} {
  const { search } = useLocation()
  return {
    values: new URLSearchParams(search),
    change: (changes, options = { replace: true }) =>
      navigate(location.pathname + changedSearch(location.search, changes), options),
  }
}

/** Plain clicks on links to other pages of the console stay within the page. Gives back how to stop that. */
export function followLinks(): () => void {
  const follow = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (!(link instanceof HTMLAnchorElement) || link.target !== '' || link.hasAttribute('download')) return
    const { origin, pathname, search, hash } = new URL(link.href)
    const isOurs = origin === location.origin && (pathname === BASE || pathname.startsWith(`${BASE}/`))
    if (!isOurs || hash !== '') return
    event.preventDefault()
    navigate(pathname + search)
  }
  document.addEventListener('click', follow)
  return () => document.removeEventListener('click', follow)
}
