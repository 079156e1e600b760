import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { failure, longName, stillForm } from '#gallery/samples.ts'
import { Specimen, State } from '#gallery/Specimen.tsx'
import { AsOfField } from '#ui/form/AsOfField.tsx'
import { ChecksField } from '#ui/form/ChecksField.tsx'
import { DateField } from '#ui/form/DateField.tsx'
import { DayInput } from '#ui/form/DayInput.tsx'
import { FieldGroup } from '#ui/form/FieldGroup.tsx'
import { FieldLabel } from '#ui/form/FieldLabel.tsx'
import { FormConflict } from '#ui/form/FormConflict.tsx'
import { FormErrors } from '#ui/form/FormErrors.tsx'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { SelectField } from '#ui/form/SelectField.tsx'
import { TextField } from '#ui/form/TextField.tsx'
import { TranslatedField } from '#ui/form/TranslatedField.tsx'

const values = { name: longName, unit: 'a', day: '2026-12-31', kinds: 'a b', 'text.vi': 'Ứng cứu', 'text.en': '', 'text.ja': '対応' }
const noValues = { ...values, name: '', unit: '', day: '31/31/2026', kinds: '' }
const required = (path: string) => ({ path, code: 'required' })

/** Entries, and what a form says while it is filled in. */
export function FormSpecimens() {
  const { t } = useTranslation('gallery')
  const [day, setDay] = useState('2026-11-22')
  const choices = ['a', 'b', 'c'].map(value => ({ value, label: `${t('words.role')} ${value.toUpperCase()}` }))
  const labels = new Map([
    ['name', t('words.name')],
    ['unit', t('words.unit')],
  ])
  const filled = stillForm('filled', values)
  const wrong = stillForm('wrong', noValues, { problems: ['name', 'unit', 'day', 'kinds', 'text'].map(required), labels: new Map(labels) })
  const off = stillForm('off', values)
  const conflict = { theirs: { ...values, name: 'Lê Thị Trúc' }, base: undefined, lists: {}, settle: () => undefined }
  return (
    <>
      <Specimen block="TextField">
        <State name={t('states.filled')}>
          <TextField form={filled} name="name" label={t('words.name')} help={t('words.help')} />
        </State>
        <State name={t('states.wrong')}>
          <TextField form={wrong} name="name" label={t('words.name')} />
        </State>
        <State name={t('states.off')}>
          <TextField form={off} name="name" label={t('words.name')} type="long" isOptional isDisabled />
        </State>
      </Specimen>
      <Specimen block="SelectField">
        <State name={t('states.filled')}>
          <SelectField form={filled} name="unit" label={t('words.unit')} choices={choices} />
        </State>
        <State name={t('states.wrong')}>
          <SelectField form={wrong} name="unit" label={t('words.unit')} choices={choices} />
        </State>
      </Specimen>
      <Specimen block="DateField">
        <State name={t('states.filled')}>
          <DateField form={filled} name="day" label={t('words.day')} />
        </State>
        <State name={t('states.wrong')}>
          <DateField form={wrong} name="day" label={t('words.day')} />
        </State>
      </Specimen>
      <Specimen block="DayInput">
        <DayInput label={t('words.day')} value={day} onChange={setDay} />
      </Specimen>
      <Specimen block="AsOfField">
        <AsOfField asOf={day} onChange={chosen => setDay(chosen ?? '')} />
      </Specimen>
      <Specimen block="ChecksField">
        <State name={t('states.filled')}>
          <ChecksField form={filled} name="kinds" label={t('words.kinds')} choices={choices} />
        </State>
        <State name={t('states.wrong')}>
          <ChecksField form={wrong} name="kinds" label={t('words.kinds')} choices={choices} />
        </State>
      </Specimen>
      <Specimen block="TranslatedField">
        <State name={t('states.filled')}>
          <TranslatedField form={filled} name="text" label={t('words.text')} />
        </State>
        <State name={t('states.wrong')}>
          <TranslatedField form={wrong} name="text" label={t('words.text')} />
        </State>
      </Specimen>
      <Specimen block="FieldGroup">
        <FieldGroup label={t('words.group')} help={t('words.help')}>
          {t('words.emptyText')}
        </FieldGroup>
      </Specimen>
      <Specimen block="FieldLabel">
        <p>
          <FieldLabel label={t('words.name')} isOptional />
        </p>
      </Specimen>
      <Specimen block="FormErrors">
        <State name={t('states.wrong')}>
          <FormErrors form={wrong} />
        </State>
        <State name={t('states.failed')}>
          <FormErrors form={stillForm('refused', values, { refusal: failure })} />
        </State>
      </Specimen>
      <Specimen block="FormConflict">
        <FormConflict form={stillForm('conflict', values, { conflict, labels })} conflict={conflict} />
      </Specimen>
      <Specimen block="FormFrame">
        <State name={t('states.draft')}>
          <FormFrame
            form={stillForm('draft', values, { isDirty: true, draftFrom: Date.parse('2026-11-22T03:00:00Z') })}
            submit={t('words.act')}
            cancelTo={{ to: '/gallery' }}
          >
            {t('words.emptyText')}
          </FormFrame>
        </State>
        <State name={t('states.busy')}>
          <FormFrame form={stillForm('busy', values, { isBusy: true })} submit={t('words.act')}>
            {t('words.emptyText')}
          </FormFrame>
        </State>
      </Specimen>
    </>
  )
}
