// A doubly linked list whose links are members of its elements: linking and unlinking allocate
// nothing and take constant time. An element unlinks itself when destroyed.
#pragma once

namespace hark {

// A node of a ring. The list's anchor is one of the nodes.
class ListLink {
   public:
    ListLink() noexcept = default;
    ListLink(const ListLink&) = delete;
    ListLink& operator=(const ListLink&) = delete;
    ~ListLink() { unlink(); }

    [[nodiscard]] bool linked() const noexcept { return next_ != this; }
    // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDelete): it mistakes an unlinked element for a
    // linked one
    [[nodiscard]] ListLink* next() const noexcept { return next_; }

    // Leaves its ring; no effect if unlinked.
    void unlink() noexcept {
        previous_->next_ = next_;
        next_->previous_ = previous_;
        next_ = previous_ = this;
    }

    // Enters the ring before `position`, leaving its current one.
    void insert_before(ListLink& position) noexcept {
        unlink();
        previous_ = position.previous_;
        next_ = &position;
        previous_->next_ = this;
        position.previous_ = this;
    }

   private:
    ListLink* next_ = this;
    ListLink* previous_ = this;
};

// A list of `T`, which derives from ListLink (or from `Link`, a tagged subclass).
template <typename T, typename Link = ListLink>
class IntrusiveList {
   public:
    IntrusiveList() noexcept = default;
    // Unlinks the remaining elements without destroying them.
    ~IntrusiveList() {
        while (!empty()) anchor_.next()->unlink();
    }
    IntrusiveList(const IntrusiveList&) = delete;
    IntrusiveList& operator=(const IntrusiveList&) = delete;

    [[nodiscard]] bool empty() const noexcept { return !anchor_.linked(); }
    void push_back(T& element) noexcept { static_cast<Link&>(element).insert_before(anchor_); }

    // The first element; null if empty.
    [[nodiscard]] T* front() const noexcept {
        return empty() ? nullptr : &element(*anchor_.next());
    }
    // Unlinks and returns the first element; null if empty.
    T* pop_front() noexcept {
        T* first = front();
        if (first != nullptr) static_cast<Link&>(*first).unlink();
        return first;
    }
    // Moves every element to the end of `other`, in order.
    void move_to(IntrusiveList& other) noexcept {
        while (T* first = pop_front()) other.push_back(*first);
    }

    // The element after `current`; null at the end.
    [[nodiscard]] T* after(const T& current) const noexcept {
        ListLink* next = static_cast<const Link&>(current).next();
        return next == &anchor_ ? nullptr : &element(*next);
    }

   private:
    static T& element(ListLink& link) noexcept { return static_cast<T&>(static_cast<Link&>(link)); }

    ListLink anchor_;
};

}  // namespace hark
