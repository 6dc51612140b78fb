// Lists as the model sees them: filters with what they mean, and the order of accounts.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "credlink/v1/link_service.pb.h"
#include "tests/model/random.h"
#include "tests/model/reference_model.h"

namespace credlink::model {

struct Filter {
  enum Binding { kWhole, kOr, kAnd };  // what it is made of, without parentheses
  std::string text;
  Binding binding = kWhole;
  std::function<bool(const ModelAccount&)> matches = [](const ModelAccount&) { return true; };
};

struct ListCall {
  v1::ListAccountsRequest request;
  std::function<bool(const ModelAccount&)> matches;
};

// Labels, owners' ids and annotations that are in use: few, so that filters hit.
const std::vector<std::string>& Labels();
const std::vector<std::string>& OwnerIds();
const std::vector<std::string>& AnnotationKeys();
const std::vector<std::string>& AnnotationValues();

// Any list of the tenant's.
ListCall RandomList(const ReferenceModel& model, const Learned& learned, Random& random);

// Every account that the list is to show, in its order.
std::vector<Snapshot> ExpectedList(const ReferenceModel& model, const ListCall& list);

}  // namespace credlink::model
