// A callback to one method of one object: two words, no allocation, no virtual call. The object
// must outlive it, so a callback is a member of the object that it calls:
//
//     FdWatch watch_{loop, method<&Listener::on_ready>(*this)};
#pragma once

#include <utility>

namespace hark {

template <typename Signature>
class Callback;

template <typename Result, typename... Arguments>
class Callback<Result(Arguments...)> {
   public:
    using Function = Result (*)(void*, Arguments...) noexcept;

    constexpr Callback() noexcept = default;
    constexpr Callback(void* object, Function function) noexcept
        : object_{object}, function_{function} {}

    [[nodiscard]] constexpr explicit operator bool() const noexcept { return function_ != nullptr; }

    Result operator()(Arguments... arguments) const noexcept {
        return function_(object_, std::forward<Arguments>(arguments)...);
    }

   private:
    void* object_ = nullptr;
    Function function_ = nullptr;
};

namespace detail {

template <auto Method>
struct Bound;

template <typename Object, typename Result, typename... Arguments,
          Result (Object::*Method)(Arguments...) noexcept>
struct Bound<Method> {
    static Callback<Result(Arguments...)> to(Object& object) noexcept {
        return {&object, [](void* target, Arguments... arguments) noexcept -> Result {
                    return (static_cast<Object*>(target)->*Method)(
                        std::forward<Arguments>(arguments)...);
                }};
    }
};

}  // namespace detail

// The callback that calls `Method`, which must be noexcept, on `object`.
template <auto Method, typename Object>
[[nodiscard]] auto method(Object& object) noexcept {
    return detail::Bound<Method>::to(object);
}

}  // namespace hark
