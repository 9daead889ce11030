/* walker: the field app. What it can do stands here as a table; each verb has a file. */
#include "walker/app.h"

#include "core/base/log.h"
#include "core/base/sign.h"

/* clang-format off */
static const struct verb *const verbs[] = {
    &serve_verb, &url_verb,
    &walk_new_verb, &walk_list_verb, &walk_show_verb, &walk_edit_verb,
    &walk_begin_verb, &walk_pause_verb, &walk_resume_verb, &walk_end_verb,
    &walk_reopen_verb, &walk_close_verb, &walk_attend_verb, &walk_vote_verb,
    &walk_rate_verb, &walk_tally_verb, &walk_last_verb, &walk_track_verb,
    &add_verb, &edit_verb, &withdraw_verb, &witness_verb, &verdict_verb, &acute_verb,
    &show_verb, &list_verb, &import_verb, &cover_verb, &clear_verb,
    &pair_verb, &sync_verb, &status_verb, &stick_verb, &unstick_verb, &wipe_verb,
    &fetch_verb, &backup_verb, &restore_verb,
    &hub_code_verb, &hub_list_verb, &hub_revoke_verb,
    &pass_verb, &pass_list_verb, &pass_revoke_verb,
    &map_add_verb, &map_list_verb, &map_drop_verb,
    &places_add_verb, &places_list_verb, &places_drop_verb,
    &set_verb, &doctor_verb,
    NULL};
/* clang-format on */

int main(int argc, char **argv)
{
    static const struct verb_program program = {"walker", "walker.about", "lygte-walker",
                                                verbs};
    log_set_program("walker");
    sign_start();
    return verb_main(&program, argc, argv);
}
