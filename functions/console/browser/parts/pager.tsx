import { useSearch } from '../shell/location.ts'
import { changedSearch } from '../shell/route-match.ts'
import { Icon } from './icon.tsx'

interface PagerProps {
  /** "eUICCs" */
  readonly what: string
  readonly shown: number
  readonly nextCursor: string | null
}

/** On through a list by its cursor, which stands in the address: Back goes back. */
export function Pager({ what, shown, nextCursor }: PagerProps) {
  const { values } = useSearch()
  const isFirst = !values.has('cursor')
  if (isFirst && nextCursor === null) {
    return (
      <p class="pager note">
        {shown} {what}
      </p>
    )
  }
  const to = (cursor: string | null) => location.pathname + changedSearch(location.search, { cursor })
  return (
    <nav class="pager" aria-label={`Pages of ${what}`}>
      {!isFirst && (
        <a class="button" href={to(null)}>
          <Icon name="first" /> First page
        </a>
      )}
      <span class="note">
        {shown} {what} on this page
      </span>
      {nextCursor !== null && (
        <a class="button" href={to(nextCursor)}>
          Next page <Icon name="next" />
        </a>
      )}
    </nav>
  )
}
