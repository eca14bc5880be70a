import { useState } from 'hono/jsx/dom'
import type { Profile } from '../../api/euiccs.ts'
import { type JsonSchema, type OpenApi, resolved } from '../../api/openapi.ts'
import { Field } from '../../parts/field.tsx'
import { FORM_FIELD } from './operation-body.ts'
import { type FieldOfSchema, labelOf, SchemaFields } from './schema-fields.tsx'

interface ParamsFieldsProps {
  readonly document: OpenApi
  readonly schema: JsonSchema
  readonly errors: Readonly<Record<string, string>>
  /** Those of the eUICC, to choose from instead of typing digits. */
  readonly profiles: readonly Profile[]
  /** The one to begin with. */
  readonly iccid: string | undefined
}

/** The parameters of the chosen type; where the API takes several forms of them, one is chosen first. */
export function ParamsFields({ document, schema, errors, profiles, iccid }: ParamsFieldsProps) {
  const [form, setForm] = useState(0)
  const forms = schema.anyOf ?? [schema]
  const special = (field: FieldOfSchema) =>
    field.name === 'iccid' && profiles.length > 0 ? (
      <ProfileField key={field.path} field={field} profiles={profiles} iccid={iccid} />
    ) : undefined
  return (
    <>
      {forms.length > 1 && (
        <fieldset class="group">
          <legend>By</legend>
          {forms.map((each, index) => (
            <label key={index} class="choice">
              <input
                type="radio"
                name={FORM_FIELD}
                value={index}
                checked={index === form}
                onChange={() => setForm(index)}
              />
              {Object.keys(resolved(document, each).properties ?? {})
                .map(labelOf)
                .join(', ')}
            </label>
          ))}
        </fieldset>
      )}
      <SchemaFields
        key={form}
        document={document}
        schema={forms[form] ?? schema}
        path="params"
        errors={errors}
        first={iccid === undefined ? {} : { 'params.iccid': iccid }}
        special={special}
      />
    </>
  )
}

interface ProfileFieldProps {
  readonly field: FieldOfSchema
  readonly profiles: readonly Profile[]
  readonly iccid: string | undefined
}

function ProfileField({ field, profiles, iccid }: ProfileFieldProps) {
  return (
    <Field id={field.path} label="Profile" error={field.error}>
      <select id={field.path} name={field.path}>
        {profiles.map((profile) => (
          <option key={profile.iccid} value={profile.iccid} selected={profile.iccid === iccid}>
            {describe(profile)}
          </option>
        ))}
      </select>
    </Field>
  )
}

function describe({ iccid, state, fallback, serviceProviderName, profileName, nickname }: Profile): string {
  const name = [serviceProviderName, nickname ?? profileName].filter((each) => each !== null).join(', ')
  return `${iccid} · ${name} · ${state}${fallback ? ', fallback' : ''}`
}
