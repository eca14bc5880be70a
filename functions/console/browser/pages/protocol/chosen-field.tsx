import type { Row } from './layout.ts'
import { valueText } from './value-text.ts'

/** Everything known of the chosen element; said aloud, since the octets beside it are only seen. */
export function ChosenField({ row: { node } }: { readonly row: Row }) {
  const { name, type, tag, offset, length, codeName, problem } = node
  const value = valueText(node)
  return (
    <div class="chosen-field" aria-live="polite">
      <p>
        <strong>{name || 'unknown'}</strong> {type && type !== name && <span class="soft">{type}</span>}
      </p>
      <p class="note">
        {tag && (
          <>
            Tag <span class="mono">{tag}</span>,{' '}
          </>
        )}
        {length} octets from {offset}
      </p>
      {value && (
        <p class="mono chosen-value">
          {value} {codeName && <b>{codeName}</b>}
        </p>
      )}
      {problem && <p class="problem">{problem}</p>}
    </div>
  )
}
