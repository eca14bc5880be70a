/** A row of filters above a list; what is chosen stands in the address, so that a list can be linked. */
import { useSearch } from '../shell/location.ts'
import { Icon } from './icon.tsx'

export type Filter =
  | { readonly kind: 'text'; readonly name: string; readonly label: string; readonly placeholder?: string }
  | {
      readonly kind: 'choice'
      readonly name: string
      readonly label: string
      readonly options: readonly string[]
    }

/** Another filter begins at the first page again. */
const FIRST_PAGE = { cursor: null }

export function Filters({ label, filters }: { readonly label: string; readonly filters: readonly Filter[] }) {
  const { values, change } = useSearch()
  const isFiltered = filters.some(({ name }) => values.has(name))
  const submit = (event: Event) => {
    event.preventDefault()
    if (!(event.currentTarget instanceof HTMLFormElement)) return
    const form = new FormData(event.currentTarget)
    const chosen = filters.map(({ name }) => [name, String(form.get(name) ?? '').trim()] as const)
    change({ ...Object.fromEntries(chosen), ...FIRST_PAGE }, { replace: false })
  }
  return (
    <search>
      <form class="filters" aria-label={label} onSubmit={submit}>
        {filters.map((filter) => (
          <div key={filter.name} class={`field filter-${filter.kind}`}>
            <label for={`filter-${filter.name}`}>{filter.label}</label>
            {filter.kind === 'text' ? (
              <input
                id={`filter-${filter.name}`}
                name={filter.name}
                type="search"
                value={values.get(filter.name) ?? ''}
                placeholder={filter.placeholder}
                autocomplete="off"
                spellcheck={false}
              />
            ) : (
              <select
                id={`filter-${filter.name}`}
                name={filter.name}
                onChange={({ target }: Event) =>
                  target instanceof HTMLSelectElement &&
                  change({ [filter.name]: target.value, ...FIRST_PAGE }, { replace: false })
                }
              >
                {['', ...filter.options].map((option) => (
                  <option key={option} value={option} selected={option === (values.get(filter.name) ?? '')}>
                    {option === '' ? 'any' : option}
                  </option>
                ))}
              </select>
            )}
          </div>
        ))}
        <div class="form-actions">
          <button type="submit" class="button">
            <Icon name="search" /> Search
          </button>
          {isFiltered && (
            <a class="button quiet" href={location.pathname}>
              <Icon name="cross" /> Clear
            </a>
          )}
        </div>
      </form>
    </search>
  )
}
