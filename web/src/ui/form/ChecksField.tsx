import { Checkbox, Group } from '@mantine/core'
import { FieldLabel } from '#ui/form/FieldLabel.tsx'
import { useField, type FieldProps } from '#ui/form/field-props.ts'
import type { Choice } from '#ui/form/SelectField.tsx'
import type { FieldValue } from '#ui/form/use-form.ts'

interface ChecksFieldProps<Values extends Record<string, FieldValue>> extends FieldProps<Values> {
  choices: readonly Choice[]
}

/** Several of a few. The value is theirs, separated by spaces, in the order in which they were chosen. */
export function ChecksField<Values extends Record<string, FieldValue>>(props: ChecksFieldProps<Values>) {
  const { choices, label, help, isOptional, isDisabled } = props
  const field = useField(props, value =>
    value
      .split(' ')
      .map(one => choices.find(choice => choice.value === one)?.label ?? one)
      .join('\n'),
  )
  return (
    <Checkbox.Group
      id={field.id}
      tabIndex={-1}
      label={<FieldLabel label={label} isOptional={isOptional} />}
      description={help}
      error={field.error}
      value={field.value.split(' ').filter(Boolean)}
      onChange={chosen => field.set(chosen.join(' '))}
    >
      <Group style={{ gap: '8px 20px' }} mt={6}>
        {choices.map(choice => (
          <Checkbox key={choice.value} value={choice.value} label={choice.label} disabled={isDisabled ?? false} />
        ))}
      </Group>
    </Checkbox.Group>
  )
}
