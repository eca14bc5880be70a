/** A message field by field beside its octets: choosing one shows the other. */
import { useMemo, useState } from 'hono/jsx/dom'
import { annotateMessage } from '../../../../../shared/sgp32/message-types.ts'
import { ChosenField } from './chosen-field.tsx'
import { FieldTree } from './field-tree.tsx'
import { headOf, rowAt, rowsOf, spanOf } from './layout.ts'
import { OctetGrid } from './octet-grid.tsx'

export function DecodedMessage({ octets, name }: { readonly octets: Uint8Array; readonly name: string }) {
  const rows = useMemo(() => rowsOf(annotateMessage(new Uint8Array(octets))), [octets])
  const [chosen, choose] = useState(0)
  const [pointed, point] = useState<number | null>(null)
  const row = rows[chosen] ?? rows[0]
  const under = pointed === null ? undefined : rows[pointed]
  if (!row) return null
  return (
    <div class="message">
      <FieldTree name={name} rows={rows} chosen={row.index} pointed={pointed} choose={choose} point={point} />
      <div class="message-octets">
        <OctetGrid
          octets={octets}
          chosen={spanOf(row)}
          head={headOf(row, octets)}
          pointed={under && spanOf(under)}
          choose={(offset) => choose(rowAt(rows, offset)?.index ?? 0)}
          point={(offset) => point(offset === null ? null : (rowAt(rows, offset)?.index ?? null))}
        />
        <ChosenField row={row} />
      </div>
    </div>
  )
}
