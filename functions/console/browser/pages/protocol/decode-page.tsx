/** Lays out any message of SGP.32 or SGP.22 that one pastes. Nothing of it leaves the browser. */
import { useState } from 'hono/jsx/dom'
import { fromBase64, fromHex, type Octets, OctetsTextFault, toHex } from '../../../../../shared/octets.ts'
import { guessMessageType } from '../../../../../shared/sgp32/message-types.ts'
import { Badge } from '../../parts/badge.tsx'
import { describedBy, Field, valuesOf } from '../../parts/field.tsx'
import { Page, Panel } from '../../parts/page.tsx'
import { DecodedMessage } from './decoded-message.tsx'

const EXAMPLE = 'BF4F125A1089044045930000000000002153893210'

export function DecodePage() {
  const [octets, setOctets] = useState<Octets | null>(null)
  const [error, setError] = useState<string | undefined>(undefined)
  const submit = (event: Event) => {
    event.preventDefault()
    if (!(event.currentTarget instanceof HTMLFormElement)) return
    const read = readOctets(valuesOf(event.currentTarget).octets ?? EXAMPLE)
    setOctets(read)
    setError(read ? undefined : 'This is neither hexadecimal nor base64')
  }
  const type = octets && guessMessageType(octets)
  return (
    <Page title="Decode">
      <form class="form" onSubmit={submit}>
        <Field
          id="octets"
          label="Octets"
          hint="Hexadecimal or base64, with spaces and line breaks as they come. Decoded here: nothing is sent."
          error={error}
        >
          <textarea
            id="octets"
            name="octets"
            rows={4}
            class="mono"
            placeholder={EXAMPLE}
            spellcheck={false}
            aria-describedby={describedBy('octets')}
          />
        </Field>
        <div class="form-actions">
          <button type="submit" class="button primary">
            Decode
          </button>
        </div>
      </form>
      {octets && octets.length > 0 && (
        <Panel
          key={toHex(octets)}
          title="Message"
          note={type ? `${type.name}, ${type.module}` : <Badge tone="warn" text="of no known type" />}
        >
          <DecodedMessage name="The message, field by field" octets={octets} />
        </Panel>
      )}
    </Page>
  )
}

/** null: it is neither. */
function readOctets(text: string): Octets | null {
  const compact = text.replaceAll(/\s/g, '')
  try {
    return /^([0-9A-Fa-f]{2})+$/.test(compact) ? fromHex(compact) : fromBase64(compact)
  } catch (error) {
    if (error instanceof OctetsTextFault) return null
    throw error
  }
}
