import { useNow } from '../live/hooks.ts'
import { exactTime, relativeTime } from './time.ts'

interface AgoProps {
  /** RFC 3339; null for what has not happened. */
  readonly at: string | null
  readonly otherwise?: string
}

/** An instant in relation to now; the exact one as its title. */
export function Ago({ at, otherwise = '–' }: AgoProps) {
  const now = useNow()
  if (at === null) return <span class="soft">{otherwise}</span>
  const ms = Date.parse(at)
  return (
    <time datetime={at} title={exactTime(ms)}>
      {relativeTime(ms, now)}
    </time>
  )
}
