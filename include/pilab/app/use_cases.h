/*
 * The use cases: one function per thing a person can do, named in the command table. All have the
 * same shape; what each takes and gives stands in its row (src/app/command_table.c).
 */
#ifndef PILAB_APP_USE_CASES_H
#define PILAB_APP_USE_CASES_H

#include <pilab/app/arguments.h>
#include <pilab/app/call.h>
#include <pilab/app/result.h>

bool app_drift(struct call *call, const struct arguments *arguments, struct result *result,
               struct error *error);
bool app_notes(struct call *call, const struct arguments *arguments, struct result *result,
               struct error *error);
bool app_rules_list(struct call *call, const struct arguments *arguments, struct result *result,
                    struct error *error);
bool app_rules_show(struct call *call, const struct arguments *arguments, struct result *result,
                    struct error *error);
bool app_rules_test(struct call *call, const struct arguments *arguments, struct result *result,
                    struct error *error);
bool app_image_inspect(struct call *call, const struct arguments *arguments, struct result *result,
                       struct error *error);
bool app_image_diff(struct call *call, const struct arguments *arguments, struct result *result,
                    struct error *error);
bool app_image_tags(struct call *call, const struct arguments *arguments, struct result *result,
                    struct error *error);
bool app_report_list(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error);
bool app_report_show(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error);
bool app_report_export(struct call *call, const struct arguments *arguments, struct result *result,
                       struct error *error);
bool app_report_diff(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error);
bool app_report_history(struct call *call, const struct arguments *arguments, struct result *result,
                        struct error *error);
bool app_observe_list(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error);
bool app_observe_refresh(struct call *call, const struct arguments *arguments,
                         struct result *result, struct error *error);

bool app_difference_list(struct call *call, const struct arguments *arguments,
                         struct result *result, struct error *error);
bool app_difference_offers(struct call *call, const struct arguments *arguments,
                           struct result *result, struct error *error);
bool app_difference_ignore(struct call *call, const struct arguments *arguments,
                           struct result *result, struct error *error);
bool app_difference_accept(struct call *call, const struct arguments *arguments,
                           struct result *result, struct error *error);
bool app_difference_withdraw(struct call *call, const struct arguments *arguments,
                             struct result *result, struct error *error);
bool app_note_list(struct call *call, const struct arguments *arguments, struct result *result,
                   struct error *error);
bool app_note_show(struct call *call, const struct arguments *arguments, struct result *result,
                   struct error *error);
bool app_init(struct call *call, const struct arguments *arguments, struct result *result,
              struct error *error);
bool app_note_generate(struct call *call, const struct arguments *arguments, struct result *result,
                       struct error *error);
bool app_note_edit(struct call *call, const struct arguments *arguments, struct result *result,
                   struct error *error);
bool app_note_review(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error);
bool app_note_approve(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error);
bool app_note_reject(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error);
bool app_note_publish(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error);
bool app_note_withdraw(struct call *call, const struct arguments *arguments, struct result *result,
                       struct error *error);
bool app_note_correct(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error);
bool app_note_diff(struct call *call, const struct arguments *arguments, struct result *result,
                   struct error *error);
bool app_note_export(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error);
bool app_note_revisions(struct call *call, const struct arguments *arguments, struct result *result,
                        struct error *error);
bool app_project_import(struct call *call, const struct arguments *arguments, struct result *result,
                        struct error *error);
bool app_project_export(struct call *call, const struct arguments *arguments, struct result *result,
                        struct error *error);
bool app_project_list(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error);
bool app_environment_list(struct call *call, const struct arguments *arguments,
                          struct result *result, struct error *error);
bool app_environment_list(struct call *call, const struct arguments *arguments,
                          struct result *result, struct error *error);
bool app_repo_list(struct call *call, const struct arguments *arguments, struct result *result,
                   struct error *error);
bool app_repo_test(struct call *call, const struct arguments *arguments, struct result *result,
                   struct error *error);
bool app_repo_fetch(struct call *call, const struct arguments *arguments, struct result *result,
                    struct error *error);
bool app_repo_refs(struct call *call, const struct arguments *arguments, struct result *result,
                   struct error *error);
bool app_repo_add(struct call *call, const struct arguments *arguments, struct result *result,
                  struct error *error);
bool app_repo_remove(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error);
bool app_repo_login(struct call *call, const struct arguments *arguments, struct result *result,
                    struct error *error);
bool app_repo_logout(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error);
bool app_member_list(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error);
bool app_member_add(struct call *call, const struct arguments *arguments, struct result *result,
                    struct error *error);
bool app_member_role(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error);
bool app_member_remove(struct call *call, const struct arguments *arguments, struct result *result,
                       struct error *error);
bool app_group_list(struct call *call, const struct arguments *arguments, struct result *result,
                    struct error *error);
bool app_group_set(struct call *call, const struct arguments *arguments, struct result *result,
                   struct error *error);
bool app_group_remove(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error);
bool app_variable_list(struct call *call, const struct arguments *arguments, struct result *result,
                       struct error *error);
bool app_variable_set(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error);
bool app_variable_unset(struct call *call, const struct arguments *arguments, struct result *result,
                        struct error *error);
bool app_variable_show(struct call *call, const struct arguments *arguments, struct result *result,
                       struct error *error);
bool app_variable_history(struct call *call, const struct arguments *arguments,
                          struct result *result, struct error *error);
bool app_variable_compare(struct call *call, const struct arguments *arguments,
                          struct result *result, struct error *error);
bool app_secrets_status(struct call *call, const struct arguments *arguments, struct result *result,
                        struct error *error);
bool app_secrets_init(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error);
bool app_secrets_check(struct call *call, const struct arguments *arguments, struct result *result,
                       struct error *error);
bool app_secrets_rekey(struct call *call, const struct arguments *arguments, struct result *result,
                       struct error *error);
bool app_store_status(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error);
bool app_store_share(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error);
bool app_store_unshare(struct call *call, const struct arguments *arguments, struct result *result,
                       struct error *error);
bool app_manifest_show(struct call *call, const struct arguments *arguments, struct result *result,
                       struct error *error);
bool app_manifest_set(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error);
bool app_verify(struct call *call, const struct arguments *arguments, struct result *result,
                struct error *error);
bool app_where(struct call *call, const struct arguments *arguments, struct result *result,
               struct error *error);
bool app_manifest_history(struct call *call, const struct arguments *arguments,
                          struct result *result, struct error *error);
bool app_manifest_compare(struct call *call, const struct arguments *arguments,
                          struct result *result, struct error *error);
bool app_manifest_baseline(struct call *call, const struct arguments *arguments,
                           struct result *result, struct error *error);
bool app_manifest_baselines(struct call *call, const struct arguments *arguments,
                            struct result *result, struct error *error);
bool app_manifest_export(struct call *call, const struct arguments *arguments,
                         struct result *result, struct error *error);
bool app_manifest_import(struct call *call, const struct arguments *arguments,
                         struct result *result, struct error *error);
bool app_release_cut(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error);
bool app_release_show(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error);
bool app_release_list(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error);
bool app_release_update(struct call *call, const struct arguments *arguments, struct result *result,
                        struct error *error);
bool app_release_close(struct call *call, const struct arguments *arguments, struct result *result,
                       struct error *error);
bool app_release_cancel(struct call *call, const struct arguments *arguments, struct result *result,
                        struct error *error);
bool app_audit_list(struct call *call, const struct arguments *arguments, struct result *result,
                    struct error *error);
bool app_audit_verify(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error);
bool app_audit_export(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error);
bool app_schema_snapshot(struct call *call, const struct arguments *arguments,
                         struct result *result, struct error *error);
bool app_schema_diff(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error);
bool app_schema_sync(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error);
bool app_schema_check(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error);
bool app_doctor(struct call *call, const struct arguments *arguments, struct result *result,
                struct error *error);
bool app_demo(struct call *call, const struct arguments *arguments, struct result *result,
              struct error *error);
bool app_version(struct call *call, const struct arguments *arguments, struct result *result,
                 struct error *error);
bool app_help(struct call *call, const struct arguments *arguments, struct result *result,
              struct error *error);
bool app_completion(struct call *call, const struct arguments *arguments, struct result *result,
                    struct error *error);

#endif
