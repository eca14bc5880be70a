import type { WebhookEndpoint } from '../../api/webhooks.ts'
import { Field, TextField } from '../../parts/field.tsx'
import { errorAt } from '../../parts/problem-errors.ts'
import { wordsIn } from '../../parts/text-lists.ts'

interface EndpointFieldsProps {
  /** By JSON pointer of the request. */
  readonly errors: Readonly<Record<string, string>>
  readonly endpoint?: WebhookEndpoint
}

export function EndpointFields({ errors, endpoint }: EndpointFieldsProps) {
  return (
    <>
      <TextField
        id="url"
        label="Address"
        isRequired
        placeholder="https://hooks.example.com/eim"
        hint="https, at a public address"
        value={endpoint?.url ?? ''}
        error={errors['/url']}
      />
      <TextField
        id="types"
        label="Events"
        isMono
        value={endpoint?.types.join(' ') ?? '*'}
        hint="Types or patterns with spaces between: operation.* campaign.paused"
        error={errorAt(errors, '/types')}
      />
      <Field id="format" label="Format">
        <select id="format" name="format">
          {(['cloudevents', 'standard'] as const).map((each) => (
            <option key={each} value={each} selected={each === endpoint?.format}>
              {each}
            </option>
          ))}
        </select>
      </Field>
      <TextField
        id="description"
        label="Description (optional)"
        value={endpoint?.description ?? ''}
        error={errors['/description']}
      />
    </>
  )
}

export function endpointBody(texts: Readonly<Record<string, string>>) {
  const { url = '', types = '*', format, description = '' } = texts
  return { url, types: wordsIn(types), format, description }
}
