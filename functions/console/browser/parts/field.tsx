/** Form fields: always a label, a hint where the form of the value is not obvious, what is wrong beside the field. */
import type { Child } from 'hono/jsx'

interface FieldProps {
  readonly id: string
  readonly label: string
  readonly hint?: string | undefined
  readonly error?: string | undefined
  /** The control; gets `id` and, with hint or error, `aria-describedby` as `describedBy(id)`. */
  readonly children?: Child
}

export function Field({ id, label, hint, error, children }: FieldProps) {
  return (
    <div class={error === undefined ? 'field' : 'field wrong'}>
      <label for={id}>{label}</label>
      {children}
      {(hint !== undefined || error !== undefined) && (
        <p id={describedBy(id)} class={error === undefined ? 'hint' : 'error'}>
          {error ?? hint}
        </p>
      )}
    </div>
  )
}

export function describedBy(id: string): string {
  return `${id}-help`
}

interface TextFieldProps extends Omit<FieldProps, 'children'> {
  readonly name?: string
  readonly value?: string
  readonly type?: 'text' | 'search' | 'password' | 'number' | 'datetime-local'
  readonly placeholder?: string
  readonly isRequired?: boolean
  readonly autocomplete?: string
  readonly pattern?: string
  readonly isMono?: boolean
}

/** The value is read from the form that it stands in. */
export function TextField({
  id,
  label,
  hint,
  error,
  name = id,
  value,
  type = 'text',
  placeholder,
  isRequired = false,
  autocomplete = 'off',
  pattern,
  isMono = false,
}: TextFieldProps) {
  return (
    <Field id={id} label={label} hint={hint} error={error}>
      <input
        id={id}
        name={name}
        type={type}
        value={value}
        placeholder={placeholder}
        required={isRequired}
        autocomplete={autocomplete}
        pattern={pattern}
        spellcheck={false}
        class={isMono ? 'mono' : undefined}
        aria-invalid={error === undefined ? undefined : 'true'}
        aria-describedby={hint === undefined && error === undefined ? undefined : describedBy(id)}
      />
    </Field>
  )
}

/** What a form's fields hold, trimmed; fields left empty are absent, those of the same name stand with spaces between. */
export function valuesOf(form: HTMLFormElement): Readonly<Record<string, string>> {
  const values: Record<string, string> = {}
  for (const [name, value] of new FormData(form)) {
    const text = typeof value === 'string' ? value.trim() : ''
    if (text !== '') values[name] = values[name] === undefined ? text : `${values[name]} ${text}`
  }
  return values
}
