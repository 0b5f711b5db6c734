// Entry of the bundle: starts the components that the pages use. Everything works without it, only less smoothly.
import {
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  FileUpload,
  NotificationBanner,
  PasswordInput,
  Radios,
  ServiceNavigation,
  SkipLink,
  createAll,
} from "govuk-frontend";
import { SortableTable } from "@ministryofjustice/frontend/moj/components/sortable-table/sortable-table.mjs";

import { enhanceSelects } from "./modules/autocomplete.js";
import { countFacets } from "./modules/facets.js";
import { enhanceFilterPanels } from "./modules/filter-panel.js";
import { followProgress } from "./modules/follow.js";
import { keepTyping } from "./modules/keep-typing.js";
import { selectAllOfPage } from "./modules/select-all.js";
import { sendFormsOnce } from "./modules/send-once.js";
import { watchSession } from "./modules/session-end.js";
import { showWithAnswers } from "./modules/shown-with.js";
import { listenForShortcuts } from "./modules/shortcuts.js";
import { suggestLevels } from "./modules/suggest-level.js";
import { offerAccounts } from "./modules/offer-accounts.js";

for (const Component of [
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  FileUpload,
  NotificationBanner,
  PasswordInput,
  Radios,
  ServiceNavigation,
  SkipLink,
  SortableTable,
]) {
  createAll(Component);
}
enhanceSelects(document);
enhanceFilterPanels(document);
countFacets(document);
watchSession(document);
keepTyping(document);
sendFormsOnce(document);
showWithAnswers(document);
listenForShortcuts(document);
suggestLevels(document);
offerAccounts(document);
followProgress(document);
selectAllOfPage(document);
