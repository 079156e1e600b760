import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { failure, longName, longWord, refusal } from '#gallery/samples.ts'
import { Specimen, State } from '#gallery/Specimen.tsx'
import classes from '#gallery/Specimen.module.css'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { ConfirmDialog } from '#ui/ConfirmDialog.tsx'
import { DetailPanel } from '#ui/DetailPanel.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { Facts } from '#ui/Facts.tsx'
import { FileDrop } from '#ui/FileDrop.tsx'
import { ForbiddenState } from '#ui/ForbiddenState.tsx'
import { LanguageTag } from '#ui/LanguageTag.tsx'
import { LevelDots } from '#ui/LevelDots.tsx'
import { Notice } from '#ui/Notice.tsx'
import { PanelSkeleton } from '#ui/PanelSkeleton.tsx'
import { Popup } from '#ui/Popup.tsx'
import { StatusMark } from '#ui/StatusMark.tsx'
import { TextDifference } from '#ui/TextDifference.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

const file = { endings: ['xlsx', 'csv'], limits: { maxBytes: 20_000_000 }, onFile: () => undefined }

/** What a page says, marks and shows beside its lists. */
export function StateSpecimens() {
  const { t } = useTranslation('gallery')
  const [isAsking, setIsAsking] = useState(false)
  return (
    <>
      <Specimen block="EmptyState">
        <State name={t('states.empty')}>
          <EmptyState title={t('words.emptyTitle')} text={t('words.emptyText')} action={<Button>{t('words.act')}</Button>} />
        </State>
        <State name={t('states.long')}>
          <EmptyState text={longWord} />
        </State>
      </Specimen>
      <Specimen block="ErrorState">
        <State name={t('states.failed')}>
          <ErrorState error={failure} onRetry={() => undefined} />
        </State>
        <State name={t('states.inPart')}>
          <ErrorState error={failure} onRetry={() => undefined} isInline />
        </State>
        <State name={t('states.forbidden')}>
          <ErrorState error={refusal} />
        </State>
      </Specimen>
      <Specimen block="ForbiddenState">
        <State name={t('states.forbidden')}>
          <ForbiddenState needs="plan.agree-supervisor" />
        </State>
      </Specimen>
      <Specimen block="Notice">
        {(['good', 'attention', 'none'] as const).map(kind => (
          <State key={kind} name={kind}>
            <Notice kind={kind} title={t('words.notice')}>
              {kind === 'attention' ? longName : t('words.emptyText')}
            </Notice>
          </State>
        ))}
      </Specimen>
      <Specimen block="StatusMark">
        <div className={classes.row}>
          {(['good', 'attention', 'serious', 'critical', 'none'] as const).map(kind => (
            <StatusMark key={kind} kind={kind}>
              {kind}
            </StatusMark>
          ))}
        </div>
        <State name={t('states.long')}>
          <StatusMark kind="attention">{longName}</StatusMark>
        </State>
      </Specimen>
      <Specimen block="LevelDots">
        <div className={classes.row}>
          <LevelDots have={null} need={2} highest={3} />
          <LevelDots have={1} need={3} highest={3} />
          <LevelDots have={3} need={2} highest={5} />
          <LevelDots have={9} need={9} highest={9} />
        </div>
      </Specimen>
      <Specimen block="TranslatedText">
        <State name={t('states.otherLanguage')}>
          <TranslatedText text={{ ja: 'インシデント対応' }} /> <TranslatedText text={{ vi: 'Ứng cứu sự cố' }} />
        </State>
      </Specimen>
      <Specimen block="LanguageTag">
        <div className={classes.row}>
          {(['vi', 'en', 'ja'] as const).map(language => (
            <LanguageTag key={language} language={language} />
          ))}
        </div>
      </Specimen>
      <Specimen block="TextDifference">
        <TextDifference before={t('words.before')} after={t('words.after')} />
      </Specimen>
      <Specimen block="Facts">
        <Facts
          facts={[
            { label: t('words.name'), value: longName },
            { label: t('words.unit'), value: null },
          ]}
        />
      </Specimen>
      <Specimen block="DetailPanel">
        <DetailPanel title={longName} subtitle={t('words.unit')} closeTo={{ to: '/gallery' }}>
          {t('words.emptyText')}
        </DetailPanel>
      </Specimen>
      <Specimen block="PanelSkeleton">
        <PanelSkeleton title={t('states.loading')} closeTo={{ to: '/gallery' }} />
      </Specimen>
      <Specimen block="FileDrop">
        <State name={t('states.empty')}>
          <FileDrop {...file} label={t('words.file')} />
        </State>
        <State name={t('states.busy')}>
          <FileDrop {...file} label={t('words.fileRead')} busyWith="danh-sach-nhan-su.xlsx" />
        </State>
      </Specimen>
      <Specimen block="ButtonLink">
        <div className={classes.row}>
          <ButtonLink to="/gallery">{t('words.act')}</ButtonLink>
          <ButtonLink to="/gallery" variant="default">
            {t('words.act')}
          </ButtonLink>
        </div>
      </Specimen>
      <Specimen block="Popup">
        <Popup button={opens => <Button {...opens}>{t('words.open')}</Button>}>
          {close => (
            <ul>
              <li>
                <button type="button" onClick={close}>
                  {t('words.act')}
                </button>
              </li>
            </ul>
          )}
        </Popup>
      </Specimen>
      <Specimen block="ConfirmDialog">
        <Button variant="default" onClick={() => setIsAsking(true)} style={{ justifySelf: 'start' }}>
          {t('words.open')}
        </Button>
        <ConfirmDialog
          isOpen={isAsking}
          title={t('words.notice')}
          confirm={t('words.act')}
          onConfirm={() => setIsAsking(false)}
          onClose={() => setIsAsking(false)}
        >
          {t('words.emptyText')}
        </ConfirmDialog>
      </Specimen>
    </>
  )
}
