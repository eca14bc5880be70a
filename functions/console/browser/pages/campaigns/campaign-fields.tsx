/** The rules of a campaign as fields; each begins with what the API would take by itself. */
import { useState } from 'hono/jsx/dom'
import { Field, TextField } from '../../parts/field.tsx'
import { Panel } from '../../parts/page.tsx'
import { errorAt } from '../../parts/problem-errors.ts'

interface FieldsProps {
  /** By JSON pointer of the request. */
  readonly errors: Readonly<Record<string, string>>
}

export function NameField({ errors }: FieldsProps) {
  return (
    <TextField
      id="name"
      label="Name"
      placeholder="Meters to Alfa"
      isRequired
      error={errors['/name']}
      hint="What you will look for in the list"
    />
  )
}

const WAVES = [
  ['usual', 'A canary of 1 % (at most 50), then 10 %, then the rest'],
  ['own', 'Sizes of my own, then the rest'],
  ['none', 'All at once'],
] as const

export function WaveFields({ errors }: FieldsProps) {
  const [chosen, setChosen] = useState('usual')
  return (
    <Panel
      title="Waves"
      note="Who comes first is drawn by a hash of campaign and EID: nobody chooses the canaries"
    >
      <fieldset class="form">
        <legend class="visually-hidden">Waves</legend>
        {WAVES.map(([value, label]) => (
          <label key={value} class="choice">
            <input
              type="radio"
              name="waves"
              value={value}
              checked={value === chosen}
              onChange={() => setChosen(value)}
            />
            {label}
          </label>
        ))}
        {chosen === 'own' && (
          <TextField
            id="sizes"
            label="Sizes"
            isRequired
            placeholder="5, 10 %, 50 %"
            hint="eUICCs, or percent of all; up to 20"
            error={errorAt(errors, '/waves')}
          />
        )}
      </fieldset>
    </Panel>
  )
}

export function GateFields({ errors }: FieldsProps) {
  return (
    <Panel title="Gate" note="What must hold in a wave before the next one starts">
      <div class="form-row">
        <TextField
          id="endedPercent"
          label="Ended, at least (%)"
          type="number"
          value="80"
          error={errors['/gate/endedPercent']}
        />
        <TextField
          id="successPercent"
          label="Of those, in success (%)"
          type="number"
          value="95"
          error={errors['/gate/successPercent']}
        />
        <TextField
          id="soakMinutes"
          label="Then go on watching (minutes)"
          type="number"
          value="0"
          error={errors['/gate/soakSeconds']}
        />
        <Field id="advance" label="The next wave starts">
          <select id="advance" name="advance">
            <option value="automatic">by itself</option>
            <option value="manual">when somebody says so</option>
          </select>
        </Field>
      </div>
    </Panel>
  )
}

export function PauseFields({ errors }: FieldsProps) {
  return (
    <Panel title="Limits" note="When the campaign pauses itself; empty for never">
      <div class="form-row">
        <TextField
          id="failurePercent"
          label="Failures, surely above (%)"
          type="number"
          value="5"
          hint="With 95 % confidence: 1 of 2 says little"
          error={errors['/pauseAt/failurePercent']}
        />
        <TextField
          id="lost"
          label="Lost devices"
          type="number"
          value="1"
          hint="Took the package, never seen again"
          error={errors['/pauseAt/lost']}
        />
        <TextField
          id="lostAfterHours"
          label="Lost after (hours of silence)"
          type="number"
          value="72"
          error={errors['/pauseAt/lostAfterSeconds']}
        />
      </div>
    </Panel>
  )
}

export function PaceFields({ errors }: FieldsProps) {
  return (
    <Panel title="Pace, window, retries">
      <div class="form-row">
        <TextField
          id="rate"
          label="Hand-outs a minute (optional)"
          type="number"
          hint="Empty: no limit"
          error={errors['/ratePerMinute']}
        />
        <TextField
          id="from"
          label="Window from (optional)"
          placeholder="01:00"
          pattern="[0-2][0-9]:[0-5][0-9]"
          hint="Nothing leaves outside the window"
          error={errorAt(errors, '/window/from')}
        />
        <TextField
          id="to"
          label="Window to (optional)"
          placeholder="04:00"
          pattern="[0-2][0-9]:[0-5][0-9]"
          error={errorAt(errors, '/window/to')}
        />
        <TextField
          id="zone"
          label="Time zone of the window"
          value="device"
          hint="device: of each eUICC; or Europe/Oslo"
          error={errorAt(errors, '/window/timeZone')}
        />
        <TextField
          id="retries"
          label="Retries of each eUICC"
          type="number"
          value="1"
          error={errors['/retries/most']}
        />
        <TextField
          id="retryMinutes"
          label="Retry after (minutes)"
          type="number"
          value="60"
          error={errors['/retries/afterSeconds']}
        />
        <TextField
          id="deadline"
          label="Deadline (optional)"
          type="datetime-local"
          hint="Your time zone; by default in 30 days"
          error={errors['/deadline']}
        />
      </div>
    </Panel>
  )
}
