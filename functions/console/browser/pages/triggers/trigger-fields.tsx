import { useState } from 'hono/jsx/dom'
import type { Authentication, Trigger } from '../../api/triggers.ts'
import { describedBy, Field, TextField } from '../../parts/field.tsx'
import { Panel } from '../../parts/page.tsx'
import { errorAt } from '../../parts/problem-errors.ts'

const KINDS: readonly (readonly [Authentication['kind'], string])[] = [
  ['standard-webhooks', 'a signature as Standard Webhooks says'],
  ['bearer', 'a secret in the Authorization header'],
  ['jwt', 'a token of your own issuer'],
]

const EXAMPLE = {
  operation: { type: 'profile.enable', params: { serviceProviderName: 'Alfa' } },
  target: { eid: { cel: 'body.eid' } },
}

interface TriggerFieldsProps {
  /** By JSON pointer of the request. */
  readonly errors: Readonly<Record<string, string>>
  readonly trigger: Trigger | undefined
}

export function TriggerFields({ errors, trigger }: TriggerFieldsProps) {
  const before = trigger?.authentication
  const [kind, setKind] = useState<string>(before?.kind ?? 'standard-webhooks')
  const jwt = before?.kind === 'jwt' ? before : undefined
  return (
    <>
      <TextField
        id="name"
        label="Name"
        isRequired
        placeholder="Network-loss alarm"
        value={trigger?.name ?? ''}
        error={errors['/name']}
      />
      <Panel title="Who calls">
        <div class="form">
          <Field id="kind" label="The caller proves itself by" error={errors['/authentication']}>
            <select
              id="kind"
              name="kind"
              onChange={({ target }: Event) => target instanceof HTMLSelectElement && setKind(target.value)}
            >
              {KINDS.filter(([value]) => value === (before?.kind ?? value)).map(([value, label]) => (
                <option key={value} value={value} selected={value === kind}>
                  {label}
                </option>
              ))}
            </select>
          </Field>
          {kind === 'jwt' && (
            <div class="form-row">
              {(['issuer', 'audience', 'jwksUrl'] as const).map((name) => (
                <TextField
                  key={name}
                  id={name}
                  label={
                    { issuer: 'Issuer', audience: 'Audience', jwksUrl: 'Address of its keys (JWKS)' }[name]
                  }
                  isRequired
                  value={jwt?.[name] ?? ''}
                  error={errors[`/authentication/${name}`]}
                />
              ))}
            </div>
          )}
        </div>
      </Panel>
      <Panel title="When, and what then">
        <div class="form">
          <Field
            id="condition"
            label="Condition, in CEL"
            hint="Over the JSON body of the call: body.event == “sim.lost”"
            error={errorAt(errors, '/condition')}
          >
            <textarea
              id="condition"
              name="condition"
              class="mono"
              rows={3}
              required
              spellcheck={false}
              aria-describedby={describedBy('condition')}
            >
              {trigger?.condition ?? 'body.event == "sim.lost"'}
            </textarea>
          </Field>
          <Field
            id="action"
            label="Action, as JSON"
            hint="An operation with its target, or a campaign; any value may be {“cel”: “…”}"
            error={errorAt(errors, '/action')}
          >
            <textarea
              id="action"
              name="action"
              class="mono"
              rows={12}
              required
              spellcheck={false}
              aria-describedby={describedBy('action')}
            >
              {JSON.stringify(trigger?.action ?? EXAMPLE, null, 2)}
            </textarea>
          </Field>
        </div>
      </Panel>
      <Panel title="Limits" note="Empty for what the API takes by itself">
        <div class="form-row">
          <TextField
            id="fanOut"
            label="Operations a call, at most"
            type="number"
            value={trigger ? String(trigger.fanOut) : ''}
            error={errors['/fanOut']}
          />
          <TextField
            id="callsPerMinute"
            label="Calls a minute, at most"
            type="number"
            value={trigger ? String(trigger.callsPerMinute) : ''}
            error={errors['/callsPerMinute']}
          />
        </div>
      </Panel>
    </>
  )
}

export function triggerBody(texts: Readonly<Record<string, string>>, action: unknown): object {
  const { name = '', kind, issuer, audience, jwksUrl, condition = '', fanOut, callsPerMinute } = texts
  return {
    name,
    authentication: kind === 'jwt' ? { kind, issuer, audience, jwksUrl } : { kind },
    condition,
    action,
    ...(fanOut !== undefined && { fanOut: Number(fanOut) }),
    ...(callsPerMinute !== undefined && { callsPerMinute: Number(callsPerMinute) }),
  }
}
