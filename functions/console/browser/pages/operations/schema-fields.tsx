/** Form fields made from a schema of the OpenAPI document: what the API takes is what the form offers. */
import type { Child } from 'hono/jsx'
import { type JsonSchema, type OpenApi, resolved } from '../../api/openapi.ts'
import { describedBy, Field, TextField } from '../../parts/field.tsx'
import { kindOf } from './schema-values.ts'

interface SchemaFieldsProps {
  readonly document: OpenApi
  readonly schema: JsonSchema
  /** The name that the fields begin with. */
  readonly path: string
  /** What is wrong, by the name of the field. */
  readonly errors: Readonly<Record<string, string>>
  /** Values to begin with, by the name of the field. */
  readonly first?: Readonly<Record<string, string>>
  /** Draws a field of its own in the place of the usual one. */
  readonly special?: (field: FieldOfSchema) => Child | undefined
}

export interface FieldOfSchema {
  readonly path: string
  readonly name: string
  readonly schema: JsonSchema
  readonly isRequired: boolean
  readonly error: string | undefined
  readonly value: string | undefined
}

const WORDS: Readonly<Record<string, string>> = {
  iccid: 'Profile (ICCID)',
  rollback: 'Allow a rollback',
  eimId: 'eIM id',
  eimFqdn: 'Host name',
  smds: 'SM-DS',
}

/** `defaultSmdpAddress` in words. */
export function labelOf(name: string): string {
  const words = name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()
  return WORDS[name] ?? words.charAt(0).toUpperCase() + words.slice(1)
}

export function SchemaFields(props: SchemaFieldsProps) {
  const { document, path, errors, first = {}, special } = props
  const schema = resolved(document, props.schema)
  return (
    <>
      {Object.entries(schema.properties ?? {}).map(([name, member]) => {
        const field: FieldOfSchema = {
          path: `${path}.${name}`,
          name,
          schema: resolved(document, member),
          isRequired: schema.required?.includes(name) ?? false,
          error: errors[`${path}.${name}`],
          value: first[`${path}.${name}`],
        }
        return special?.(field) ?? <UsualField key={field.path} {...props} field={field} />
      })}
    </>
  )
}

function UsualField({ field, ...props }: SchemaFieldsProps & { readonly field: FieldOfSchema }) {
  const { path, name, schema, isRequired, error, value } = field
  const label = isRequired ? labelOf(name) : `${labelOf(name)} (optional)`
  const hint = schema.description
  switch (kindOf(props.document, schema)) {
    case 'fixed':
      return null
    case 'object':
      return (
        <fieldset class="group">
          <legend>{labelOf(name)}</legend>
          <SchemaFields {...props} schema={schema} path={path} />
        </fieldset>
      )
    case 'switch':
      return (
        <Field id={path} label={label} hint={hint} error={error}>
          <select id={path} name={path} required={isRequired}>
            {!isRequired && <option value="">not said</option>}
            <option value="true">yes</option>
            <option value="false">no</option>
          </select>
        </Field>
      )
    case 'choice':
      return (
        <Field id={path} label={label} hint={hint} error={error}>
          <select id={path} name={path} required={isRequired}>
            {!isRequired && <option value="">not said</option>}
            {schema.enum?.map((option) => (
              <option key={String(option)} value={String(option)}>
                {String(option)}
              </option>
            ))}
          </select>
        </Field>
      )
    case 'choices':
      return <Choices field={field} options={resolved(props.document, schema.items ?? {}).enum ?? []} />
    case 'json':
      return (
        <Field id={path} label={`${label}, as JSON`} hint={hint} error={error}>
          <textarea
            id={path}
            name={path}
            rows={7}
            class="mono"
            required={isRequired}
            spellcheck={false}
            aria-describedby={hint || error ? describedBy(path) : undefined}
          >
            {value ?? ''}
          </textarea>
        </Field>
      )
    default:
      return (
        <TextField
          id={path}
          label={label}
          hint={hint ?? (schema.type === 'array' ? 'Several with spaces between' : undefined)}
          error={error}
          isRequired={isRequired}
          isMono
          {...(value !== undefined && { value })}
          {...(schema.pattern !== undefined && { pattern: schema.pattern })}
        />
      )
  }
}

function Choices({
  field,
  options,
}: {
  readonly field: FieldOfSchema
  readonly options: readonly unknown[]
}) {
  return (
    <fieldset class="group">
      <legend>{labelOf(field.name)} (optional)</legend>
      {options.map((option) => (
        <label key={String(option)} class="choice">
          <input type="checkbox" name={field.path} value={String(option)} />
          {String(option)}
        </label>
      ))}
    </fieldset>
  )
}
