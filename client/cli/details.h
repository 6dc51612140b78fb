// The API's messages as text for people.
#pragma once

#include <google/protobuf/repeated_field.h>

#include <string>

#include "client/cli/table.h"
#include "credlink/v1/account.pb.h"
#include "credlink/v1/connector_service.pb.h"
#include "credlink/v1/credentials.pb.h"
#include "credlink/v1/event.pb.h"
#include "credlink/v1/link_service.pb.h"
#include "credlink/v1/verdict.pb.h"

namespace credlink::cli {

using Names = google::protobuf::RepeatedPtrField<std::string>;
using Notes = google::protobuf::RepeatedPtrField<v1::InputNote>;

// Rows "who" and "what to do", each name indented by `indent`; none when there is no next step.
void AddNextStep(const v1::NextStep& next_step, Table& rows, const char* indent = "");

std::string VerdictText(const v1::Verdict& verdict, const std::string& account_number,
                        int64_t user_count, const Notes& notes);
// What the server put right, one a line; empty without any.
std::string NotesText(const Notes& notes);
// Which other accounts hold a hash that was probably reset; empty without any.
std::string SuspectsText(const Names& suspects);
// One account, a field a line. What `told` means and asks for was said already.
std::string AccountText(const v1::Account& account,
                        v1::ErrorReason told = v1::ERROR_REASON_UNSPECIFIED);
// Many, one a line.
std::string AccountsText(const google::protobuf::RepeatedPtrField<v1::Account>& accounts,
                         bool with_header);
// What was erased.
std::string ReceiptText(const v1::PurgeReceipt& receipt);
// A change, on one line without its end.
std::string EventText(const v1::Event& event);
std::string ConnectorText(const v1::Connector& connector);

}  // namespace credlink::cli
