import { useState } from 'hono/jsx/dom'
import type { JsonSchema, OpenApi } from '../../api/openapi.ts'
import { describedBy, Field } from '../../parts/field.tsx'
import { Panel } from '../../parts/page.tsx'
import { OPERATION_TYPES, OPERATIONS } from '../operations/operation-types.ts'
import { ParamsFields } from '../operations/params-fields.tsx'
import { campaignParamsOf } from './campaign-body.ts'

interface OperationFieldsProps {
  readonly document: OpenApi
  /** By JSON pointer of the request. */
  readonly errors: Readonly<Record<string, string>>
}

/** What each eUICC is asked, in the fields of the composer. */
export function OperationFields({ document, errors }: OperationFieldsProps) {
  const [type, setType] = useState('profile.enable')
  const schema: JsonSchema | undefined = campaignParamsOf(document, type)
  return (
    <Panel title="What they are to do">
      <div class="form">
        <Field id="type" label="Operation" hint={OPERATIONS[type]} error={errors['/operation/type']}>
          <select
            id="type"
            name="type"
            aria-describedby={describedBy('type')}
            onChange={({ target }: Event) => target instanceof HTMLSelectElement && setType(target.value)}
          >
            {OPERATION_TYPES.map((each) => (
              <option key={each} value={each} selected={each === type}>
                {each}
              </option>
            ))}
          </select>
        </Field>
        {schema && (
          <ParamsFields
            key={type}
            document={document}
            schema={schema}
            errors={fieldErrors(errors)}
            profiles={[]}
            iccid={undefined}
          />
        )}
        <label class="choice">
          <input type="checkbox" name="force" value="true" />
          Force: lift the guards against what would make devices unreachable
        </label>
      </div>
    </Panel>
  )
}

/** `/operation/params/iccid` is the field `params.iccid`. */
function fieldErrors(errors: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const ours = Object.entries(errors).filter(([pointer]) => pointer.startsWith('/operation/'))
  return Object.fromEntries(ours.map(([pointer, detail]) => [pointer.split('/').slice(2).join('.'), detail]))
}
