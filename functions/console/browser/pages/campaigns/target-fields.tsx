import type { Page as ListPage } from '../../api/client.ts'
import { query } from '../../api/client.ts'
import { HEALTHS } from '../../api/fleet.ts'
import { useResource } from '../../api/resource.ts'
import { Field, TextField } from '../../parts/field.tsx'
import { Panel } from '../../parts/page.tsx'
import { errorAt } from '../../parts/problem-errors.ts'
import { useSearch } from '../../shell/location.ts'

export const TEXT_FILTERS = [
  ['group', 'Group', undefined],
  ['label', 'Label', 'name:value, such as site:Oslo'],
  ['serviceProviderName', 'Provider', 'of a profile on the eUICC'],
  ['iccid', 'ICCID', 'of a profile on the eUICC'],
] as const

export const CHOICE_FILTERS = [
  ['health', 'Health', HEALTHS],
  ['profileState', 'Profile', ['enabled', 'disabled', 'unknown']],
] as const

interface FieldsProps {
  /** By JSON pointer of the request. */
  readonly errors: Readonly<Record<string, string>>
}

/** The filter stands in the address: a list of eUICCs can be made a campaign of by a link. */
export function TargetFields({ errors }: FieldsProps) {
  const { values, change } = useSearch()
  const set = ({ target }: Event) => {
    if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement)
      change({ [target.name]: target.value.trim() })
  }
  return (
    <Panel
      title="Which eUICCs"
      note="All that fit each of these when the campaign is made; empty for the whole fleet"
    >
      <div class="form" onChange={set}>
        <div class="form-row">
          {TEXT_FILTERS.map(([name, label, hint]) => (
            <TextField
              key={name}
              id={name}
              label={`${label} (optional)`}
              value={values.get(name) ?? ''}
              hint={hint}
              error={errorAt(errors, `/target/filter/${name}`)}
            />
          ))}
          {CHOICE_FILTERS.map(([name, label, options]) => (
            <Field key={name} id={name} label={label} error={errorAt(errors, `/target/filter/${name}`)}>
              <select id={name} name={name}>
                {['', ...options].map((option) => (
                  <option key={option} value={option} selected={option === (values.get(name) ?? '')}>
                    {option === '' ? 'any' : option}
                  </option>
                ))}
              </select>
            </Field>
          ))}
        </div>
        <FoundCount />
      </div>
    </Panel>
  )
}

/** How many eUICCs the filter finds now. */
function FoundCount() {
  const { values } = useSearch()
  const names = [...TEXT_FILTERS, ...CHOICE_FILTERS].map(([name]) => name)
  const filter = Object.fromEntries(names.map((name) => [name, values.get(name)]))
  const found = useResource<ListPage<unknown>>(
    `/v1/euiccs${query({ ...filter, limit: 1, count: 'estimate' })}`,
  )
  return (
    <p role="status">
      {found.problem ? (
        <span class="error">{found.problem.errors?.[0]?.detail ?? found.problem.detail}</span>
      ) : found.value ? (
        <>
          <strong>{(found.value.count ?? 0).toLocaleString('en')}</strong> eUICCs fit now.{' '}
          <a href={`/console/euiccs${query(filter)}`}>See them</a>
        </>
      ) : (
        <span class="soft">Counting …</span>
      )}
    </p>
  )
}
