// A doubly linked list whose links are members of its elements: joining and leaving allocate
// nothing and cost the same whatever the length. An element leaves by itself when it dies.
#pragma once

namespace hark {

// A place in a ring. The ring's anchor is one more link.
class ListLink {
   public:
    ListLink() noexcept = default;
    ListLink(const ListLink&) = delete;
    ListLink& operator=(const ListLink&) = delete;
    ~ListLink() { unlink(); }

    [[nodiscard]] bool linked() const noexcept { return next_ != this; }
    // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDelete): it takes an unlinked element for linked.
    [[nodiscard]] ListLink* next() const noexcept { return next_; }

    // Leaves the ring it is in; no harm when it is in none.
    void unlink() noexcept {
        previous_->next_ = next_;
        next_->previous_ = previous_;
        next_ = previous_ = this;
    }

    // Enters the ring before `position`, leaving the one it was in.
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

// A list of `T`, each of which derives from ListLink (or from a tagged heir of it, `Link`).
template <typename T, typename Link = ListLink>
class IntrusiveList {
   public:
    IntrusiveList() noexcept = default;
    // Elements still linked are let go, not destroyed.
    ~IntrusiveList() {
        while (!empty()) anchor_.next()->unlink();
    }
    IntrusiveList(const IntrusiveList&) = delete;
    IntrusiveList& operator=(const IntrusiveList&) = delete;

    [[nodiscard]] bool empty() const noexcept { return !anchor_.linked(); }
    void push_back(T& element) noexcept { static_cast<Link&>(element).insert_before(anchor_); }

    // The first element, null when there is none.
    [[nodiscard]] T* front() const noexcept {
        return empty() ? nullptr : &element(*anchor_.next());
    }
    // Takes the first element out; null when there is none.
    T* pop_front() noexcept {
        T* first = front();
        if (first != nullptr) static_cast<Link&>(*first).unlink();
        return first;
    }
    // Moves every element to the end of `other`, in order.
    void move_to(IntrusiveList& other) noexcept {
        while (T* first = pop_front()) other.push_back(*first);
    }

    // The element after `current`, null at the end.
    [[nodiscard]] T* after(const T& current) const noexcept {
        ListLink* next = static_cast<const Link&>(current).next();
        return next == &anchor_ ? nullptr : &element(*next);
    }

   private:
    static T& element(ListLink& link) noexcept { return static_cast<T&>(static_cast<Link&>(link)); }

    ListLink anchor_;
};

}  // namespace hark
